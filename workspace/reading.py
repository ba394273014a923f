"""What a person sees: their conversations, messages, modals and everything that changes among these."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from workspace.changes import Change
from workspace.errors import SlackError
from workspace.records import App, Channel, File, Message, User, View
from workspace.sharing import may_read
from workspace.state import State


@dataclass(frozen=True, slots=True)
class Reader:
    """The eyes of one person. What they may not see does not exist for them: SlackError, such as channel_not_found."""

    user: User
    state: State

    def channels(self) -> list[Channel]:
        """Return the channels and direct messages this person sees, in the order they were made."""
        return [channel for channel in self.state.channels.values() if self._sees(channel.id)]

    def channel(self, channel_id: str) -> Channel:
        """Return one of them."""
        if channel_id not in self.state.channels or not self._sees(channel_id):
            raise SlackError("channel_not_found")
        return self.state.channels[channel_id]

    def messages(self, channel_id: str) -> list[Message]:
        """Return a conversation's messages, oldest first, without the replies in threads."""
        return self.state.messages(self.channel(channel_id).id)

    def replies(self, channel_id: str, thread_ts: str) -> list[Message]:
        """Return a thread: the message that began it, then its replies."""
        return [self.message(channel_id, thread_ts), *self.state.replies(channel_id, thread_ts)]

    def message(self, channel_id: str, ts: str) -> Message:
        """Return one message."""
        message = self.state.message(self.channel(channel_id).id, ts)
        if message is None:
            raise SlackError("message_not_found")
        return message

    def ephemerals(self, channel_id: str) -> list[Message]:
        """Return the messages in a conversation that only this person sees."""
        return self.state.ephemerals(self.channel(channel_id).id, self.user.id)

    def file(self, file_id: str) -> File:
        """Return a file that was shared where this person sees it."""
        file = self.state.files.get(file_id)
        if file is None or not may_read(self.state, self.user.id, file):
            raise SlackError("file_not_found")
        if file.mode == "tombstone":
            raise SlackError("file_deleted")
        return file

    def open_views(self) -> list[View]:
        """Return the stack of open modals, the topmost last."""
        return self.state.open_modals(self.user.id)

    def home(self, app_id: str) -> View | None:
        """Return what an app published on this person's App Home."""
        return self.state.home_view(app_id, self.user.id)

    def view(self, view_id: str) -> View:
        """Return one of this person's own views."""
        view = self.state.views.get(view_id)
        if view is None or view.user_id != self.user.id:
            raise SlackError("not_found")
        return view

    def apps(self) -> list[App]:
        """Return the installed apps."""
        return list(self.state.apps.values())

    def may_know(self, change: Change) -> bool:
        """Return whether a change concerns something that this person sees."""
        if change.user_ids is not None:
            return self.user.id in change.user_ids
        return change.channel_id is None or self._sees(change.channel_id)

    async def changes(self, after: int | None = None) -> AsyncIterator[Change]:
        """Yield everything this person may see as it happens; with a number, first what came after that change."""
        async for change in self.state.log.follow(after):
            if self.may_know(change):
                yield change

    def _sees(self, channel_id: str) -> bool:
        return self.state.may_see(self.user.id, channel_id)
