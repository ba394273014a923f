"""One browser tab of one person: where they are, how they act, and how failures are told to them."""

from collections.abc import Awaitable
from dataclasses import dataclass

from nicegui import Client, ui

from workspace.errors import SlackError
from workspace.page.looked import Looked
from workspace.page.writing.viewer import Viewer
from workspace.people import AppTrouble, Person
from workspace.records import App, Channel

_NOTICE_SECONDS = 12


@dataclass(slots=True)
class Visit:
    """What the parts of the page share. `channel_id` and `thread_ts` say what is open."""

    person: Person
    viewer: Viewer
    client: Client
    looked: Looked
    channel_id: str
    thread_ts: str | None = None

    @property
    def channel(self) -> Channel:
        """The conversation that is open."""
        return self.person.channel(self.channel_id)

    def name_of(self, channel: Channel) -> str:
        """Return how a conversation is headed: #name, or the other's name."""
        other = self.other_in(channel)
        return self.viewer.state.users[other].real_name if other else f"#{channel.name}"

    def other_in(self, channel: Channel) -> str | None:
        """Return the id of the other user of a direct message."""
        if not channel.is_im:
            return None
        return next((user_id for user_id in channel.member_ids if user_id != self.person.user.id), self.person.user.id)

    def app_in(self, channel: Channel) -> App | None:
        """Return the app with whose bot a direct message is."""
        return next((app for app in self.person.apps() if app.bot_user_id == self.other_in(channel)), None)

    def look(self) -> None:
        """Note that the person sees the open conversation as it is now."""
        self.looked.look(self.person, self.channel_id)

    def notify(self, sentence: str) -> None:
        """Show a sentence above the page until it is read."""
        with self.client:
            ui.notify(
                sentence,
                position="top",
                classes="notice",
                timeout=_NOTICE_SECONDS * 1000,
                close_button=self.viewer.say("close"),
            )

    async def attempt(self, act: Awaitable[object]) -> bool:
        """Do what the person asked for; False after telling them why it could not be done."""
        try:
            await act
        except AppTrouble as trouble:
            self.notify(str(trouble))
            return False
        except SlackError as refusal:
            self.notify(self.viewer.say("went_wrong", reason=refusal.code))
            return False
        return True

    def remember_place(self) -> None:
        """Write into the address bar where the person is, so that a reload leads back there."""
        thread = f"&thread={self.thread_ts}" if self.thread_ts else ""
        with self.client:
            ui.navigate.history.replace(f"/?person={self.person.user.name}&channel={self.channel_id}{thread}")
