"""The whole page: sidebar, conversation, thread and modals, and which of them hears of which change."""

import logging
from contextlib import suppress

from nicegui import Client, background_tasks, ui

from workspace.changes import Change, ChangeKind
from workspace.errors import SlackError
from workspace.page.modal import Modals
from workspace.page.panel import ConversationPanel
from workspace.page.sidebar import Sidebar
from workspace.page.tags import box
from workspace.page.thread import ThreadPanel
from workspace.page.visit import Visit
from workspace.records import JsonObject

_logger = logging.getLogger(__name__)
_NEW_MESSAGES = {ChangeKind.MESSAGE_POSTED, ChangeKind.EPHEMERAL_POSTED}
_CHANGED_MESSAGES = {
    ChangeKind.MESSAGE_CHANGED,
    ChangeKind.THREAD_GREW,
    ChangeKind.REACTION_ADDED,
    ChangeKind.REACTION_REMOVED,
}
_VIEWS = {ChangeKind.VIEW_OPENED, ChangeKind.VIEW_UPDATED, ChangeKind.VIEW_CLOSED}
_CONVERSATIONS = {ChangeKind.CHANNEL_OPENED, ChangeKind.MEMBER_JOINED}
_AROUND = {
    ChangeKind.MEMBER_JOINED,
    ChangeKind.HOME_PUBLISHED,
    ChangeKind.STATUS_SET,
    ChangeKind.PROMPTS_SET,
    ChangeKind.TITLE_SET,
}


class Layout:
    """Draws the page for a visit and keeps it true."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        visit.look()
        with box("layout"):
            self._sidebar = Sidebar(visit, self.open_channel, self._open_dm)
            self._middle, self._right = box("layout-middle"), box("layout-side")
        self._modals = Modals(visit)
        self._thread: ThreadPanel | None = None
        self._open_panel()
        if visit.thread_ts:
            self.open_thread(visit.thread_ts)
        visit.remember_place()
        self._modals.refresh()

    async def follow(self, after: int) -> None:
        """Show every change from this one on, for as long as the page is open."""
        async for change in self._visit.person.changes(after):
            try:
                with self._visit.client:
                    self._hear(change)
            except Exception:  # One message that can't be drawn must not freeze the page for all that follow.
                _logger.exception("The page could not show a change of kind %s.", change.kind)

    def open_channel(self, channel_id: str) -> None:
        """Show another conversation."""
        self._visit.channel_id = channel_id
        self._visit.look()
        self.close_thread()
        self._sidebar.mark_read(channel_id)
        self._open_panel()

    def open_thread(self, thread_ts: str) -> None:
        """Show a thread beside the conversation."""
        self.close_thread()
        with suppress(SlackError), self._right:  # A link may lead to a thread that is gone.
            self._thread = ThreadPanel(self._visit, thread_ts, self.close_thread)
            self._visit.thread_ts = thread_ts
            self._visit.remember_place()

    def close_thread(self) -> None:
        """Take the thread away."""
        self._right.clear()
        self._thread = None
        self._visit.thread_ts = None
        self._visit.remember_place()

    async def _open_dm(self, user_id: str) -> None:
        person = self._visit.person
        app = next((app for app in person.apps() if app.bot_user_id == user_id), None)
        self.open_channel(await person.open_dm(user_id))
        if app:
            await self._visit.attempt(person.open_home(app.id, "messages"))

    def _open_panel(self) -> None:
        self._middle.clear()
        with self._middle:
            self._panel = ConversationPanel(self._visit, self.open_thread)

    def _hear(self, change: Change) -> None:
        if change.kind in _VIEWS:
            self._modals.refresh()
        if change.kind in _CONVERSATIONS:
            self._sidebar.refresh()
        if change.channel_id not in {None, self._visit.channel_id}:
            if change.kind in _NEW_MESSAGES:
                self._sidebar.mark_unread(str(change.channel_id))
            return
        if change.kind in _AROUND:
            self._panel.hear(change)
            if self._thread:
                self._thread.hear(change)
        else:
            self._hear_message(change)

    def _hear_message(self, change: Change) -> None:
        lists = [self._panel.messages, *([self._thread.messages] if self._thread else [])]
        if change.kind in _NEW_MESSAGES:
            self._add(change.details["message"])
            self._visit.look()
        for messages in lists:
            if change.kind in _CHANGED_MESSAGES:
                messages.change(change.details["message"])
            elif change.kind is ChangeKind.MESSAGE_DELETED:
                messages.remove(change.details["ts"])
            elif change.kind is ChangeKind.FILE_DELETED:
                messages.refresh_file(change.details["file"]["id"])

    def _add(self, message: JsonObject) -> None:
        thread_ts = message.get("thread_ts", message["ts"])
        if self._thread and thread_ts == self._thread.thread_ts:
            self._thread.messages.add(message)
        if thread_ts == message["ts"] or message.get("subtype") == "thread_broadcast":
            self._panel.messages.add(message)


def draw(visit: Visit, client: Client) -> None:
    """Draw the page and follow what happens until the tab is closed."""
    after = visit.viewer.state.log.last_number
    layout = Layout(visit)
    following = background_tasks.create(layout.follow(after), name=f"page of {visit.person.user.name}")
    client.on_delete(lambda: following.cancel() and None)
    ui.page_title(f"{visit.viewer.state.team.name} — {visit.person.user.real_name}")
