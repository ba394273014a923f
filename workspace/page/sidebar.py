"""The left side: who one is, the channels with their unread marks, and direct messages with apps and people."""

from collections.abc import Awaitable, Callable
from functools import partial

from nicegui import ui

from workspace.page.faces import face
from workspace.page.tags import Tag, box, button
from workspace.page.visit import Visit
from workspace.records import Channel, User

Open = Callable[[str], Awaitable[None] | None]


class Sidebar:
    """Draws the sidebar where it is made; `open_channel` and `open_dm` take a channel's and a user's id."""

    def __init__(self, visit: Visit, open_channel: Open, open_dm: Open) -> None:
        self._visit = visit
        self._open_channel = open_channel
        self._open_dm = open_dm
        self._unread = {channel.id for channel in visit.person.channels() if self._is_unread(channel)}
        self._side = Tag("nav", "sidebar", aria_label=visit.viewer.state.team.name)
        self.refresh()

    def mark_unread(self, channel_id: str) -> None:
        """Show that something was said in a conversation that is not open."""
        if channel_id not in self._unread:
            self._unread.add(channel_id)
            self.refresh()

    def mark_read(self, channel_id: str) -> None:
        """Take the mark away, and show which conversation is open."""
        self._unread.discard(channel_id)
        self.refresh()

    def refresh(self) -> None:
        """Draw the sidebar as things stand."""
        self._side.clear()
        viewer = self._visit.viewer
        with self._side:
            Tag("div", "team", viewer.state.team.name)
            self._draw_people()
            Tag("h2", "", viewer.say("channels"))
            for channel in self._visit.person.channels():
                if not channel.is_im:
                    self._draw_channel(channel)
            Tag("h2", "", viewer.say("apps"))
            self._draw_users([user for user in viewer.state.users.values() if user.is_bot])
            Tag("h2", "", viewer.say("direct_messages"))
            me = self._visit.person.user.id
            self._draw_users([user for user in viewer.state.users.values() if not user.is_bot and user.id != me])

    def _is_unread(self, channel: Channel) -> bool:
        return self._visit.looked.is_unread(self._visit.person, channel.id)

    def _draw_people(self) -> None:
        viewer, me = self._visit.viewer, self._visit.person.user
        with box("you"):
            with box("you-text"):
                Tag("span", "quiet", viewer.say("you_are"))
                Tag("strong", "", me.real_name, data_testid="me")
            with box("people"):
                for user in viewer.state.users.values():
                    if not user.is_bot:
                        label = viewer.say("switch_person", name=user.real_name)
                        link = Tag("a", "person", href=f"/?person={user.name}", target="_self", title=label)
                        link.set(aria_label=label, aria_current="true" if user is me else None)
                        link.set(data_testid=f"person-{user.name}")
                        with link:
                            face(user, viewer)

    def _draw_channel(self, channel: Channel) -> None:
        row = self._row(channel.id, partial(self._open_channel, channel.id), f"channel-{channel.name}")
        with row:
            ui.icon("lock_outline" if channel.is_private else "tag").classes("side-row-mark")
            Tag("span", "side-row-name", channel.name)
            self._draw_mark(channel.id)

    def _draw_users(self, users: list[User]) -> None:
        for user in users:
            dm = self._dm_with(user.id)
            row = self._row(dm.id if dm else "", partial(self._open_dm, user.id), f"dm-{user.name}")
            with row:
                face(user, self._visit.viewer, "face-small")
                Tag("span", "side-row-name", user.real_name)
                self._draw_mark(dm.id if dm else "")

    def _row(self, channel_id: str, on_click: Callable[[], Awaitable[None] | None], testid: str) -> Tag:
        is_open = channel_id == self._visit.channel_id
        css = "side-row side-row-unread" if channel_id in self._unread else "side-row"
        return button(css, on_click, data_testid=testid, aria_current="page" if is_open else None)

    def _draw_mark(self, channel_id: str) -> None:
        if channel_id in self._unread:
            Tag("span", "unread", role="img", aria_label=self._visit.viewer.say("unread"))

    def _dm_with(self, user_id: str) -> Channel | None:
        mine = (channel for channel in self._visit.person.channels() if channel.is_im)
        return next((channel for channel in mine if self._visit.other_in(channel) == user_id), None)
