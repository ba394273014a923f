"""One message: who said it and when, its blocks, files, reactions and thread; redrawn only where it changed."""

from collections.abc import Callable
from functools import partial

from nicegui import ui

from workspace.blocks.inputs import ActionValue
from workspace.page.blocks import BlockStack, Stage
from workspace.page.content import blocks_of
from workspace.page.faces import face
from workspace.page.files import draw_files
from workspace.page.pictures import picture_address
from workspace.page.tags import Tag, box, button, icon_button
from workspace.page.visit import Visit
from workspace.page.writing.emoji import emoji
from workspace.records import JsonObject

OpenThread = Callable[[str], None]
_STREAM_ENDS = {"stopped_by_user": "stream_stopped", "expired": "stream_expired"}


class MessageCard:
    """Draws a message where it is made; `open_thread` is None for the messages within a thread."""

    def __init__(self, message: JsonObject, channel_id: str, visit: Visit, open_thread: OpenThread | None) -> None:
        self.message = message
        self._channel_id = channel_id
        self._visit = visit
        self._open_thread = open_thread
        self.root = Tag("article", "message", data_testid=f"message-{message['ts']}")
        with self.root:
            self._draw()

    def change(self, message: JsonObject) -> None:
        """Show what the message is now."""
        before, self.message = self.message, message
        self._blocks.show(blocks_of(message))
        self._edited.set_text(self._edited_mark())
        for part, draw, key in (
            (self._stop, self._draw_stop, "stream"),
            (self._files, self._draw_files, "files"),
            (self._reactions, self._draw_reactions, "reactions"),
            (self._thread, self._draw_thread, "reply_count"),
        ):
            if before.get(key) != message.get(key):
                part.clear()
                with part:
                    draw()

    def _draw(self) -> None:
        viewer = self._visit.viewer
        author = viewer.state.users[self.message["user"]]
        is_ephemeral = bool(self.message.get("is_ephemeral"))
        if is_ephemeral:
            self.root.classes("message-ephemeral")
            with box("only-you"):
                ui.icon("visibility")
                Tag("span", "", viewer.say("only_you"))
        face(author, viewer)
        with box("message-main"):
            with box("message-head"):
                Tag("span", "author", author.real_name)
                if author.is_bot:
                    Tag("span", "badge", viewer.say("app_badge"))
                Tag("time", "quiet", viewer.clock_time(float(self.message["ts"])))
                self._edited = Tag("span", "quiet", self._edited_mark())
            self._draw_content()
        if not is_ephemeral:
            self._draw_toolbar()

    def _draw_content(self) -> None:
        stage = Stage(
            self._visit.viewer, self._act, lambda image: picture_address(self._visit, image), self._visit.person.upload
        )
        self._blocks = BlockStack(stage)
        self._blocks.show(blocks_of(self.message))
        self._stop, self._files = box(), box("files")
        self._reactions, self._thread = box("reactions"), box("thread-foot")
        with self._stop:
            self._draw_stop()
        with self._files:
            self._draw_files()
        with self._reactions:
            self._draw_reactions()
        with self._thread:
            self._draw_thread()

    def _edited_mark(self) -> str:
        return self._visit.viewer.say("edited") if "edited" in self.message else ""

    def _draw_stop(self) -> None:
        viewer, state = self._visit.viewer, self.message.get("stream", {}).get("state")
        if state == "in_progress":
            button("button button-small", self._stop_stream, viewer.say("stop"), data_testid="stop-stream")
        elif state in _STREAM_ENDS:
            Tag("p", "quiet", viewer.say(_STREAM_ENDS[state]))

    def _draw_files(self) -> None:
        draw_files(self.message.get("files", []), self._visit)

    def _draw_reactions(self) -> None:
        for reaction in self.message.get("reactions", ()):
            is_mine = self._visit.person.user.id in reaction["users"]
            button(
                "reaction reaction-mine" if is_mine else "reaction",
                partial(self._react, reaction["name"]),
                f"{emoji(reaction['name'])} {reaction['count']}",
                aria_pressed="true" if is_mine else "false",
                aria_label=f"{reaction['name']} {reaction['count']}",
            )

    def _draw_thread(self) -> None:
        count = self.message.get("reply_count")
        if not count or self._open_thread is None:
            return
        viewer = self._visit.viewer
        with button("thread-link", self._open, data_testid=f"replies-{self.message['ts']}"):
            for user_id in self.message["reply_users"][:4]:
                face(viewer.state.users[user_id], viewer, "face-small")
            Tag("strong", "", viewer.say("one_reply") if count == 1 else viewer.say("replies", count=count))
            latest = viewer.clock_time(float(self.message["latest_reply"]))
            Tag("span", "quiet", viewer.say("last_reply", time=latest))

    def _draw_toolbar(self) -> None:
        viewer = self._visit.viewer
        with box("toolbar", role="toolbar"):
            icon_button("thumb_up_off_alt", "👍", partial(self._react, "+1"))
            if self._open_thread:
                ts = self.message["ts"]
                icon_button("forum", viewer.say("reply_in_thread"), self._open, data_testid=f"open-thread-{ts}")
            self._draw_shortcuts()

    def _draw_shortcuts(self) -> None:
        offered = [one for app in self._visit.person.apps() for one in app.shortcuts if one.type == "message"]
        if not offered:
            return
        with Tag("details", "overflow"):
            Tag("summary", "icon-button", "⋯", aria_label=self._visit.viewer.say("more"))
            with box("menu", role="menu"):
                for shortcut in offered:
                    button(
                        "menu-item",
                        partial(self._use_shortcut, shortcut.callback_id),
                        shortcut.name,
                        role="menuitem",
                    )

    def _open(self) -> None:
        if self._open_thread:
            self._open_thread(self.message["ts"])

    async def _act(self, action_id: str, value: ActionValue | None, block_id: str) -> None:
        """Click in the message as it is now: a block that its app did not name has another id after an edit."""
        person, ts = self._visit.person, self.message["ts"]
        is_there = any(block.get("block_id") == block_id for block in blocks_of(self.message))
        click = person.click(ts, self._channel_id, action_id, value, block_id if is_there else None)
        await self._visit.attempt(click)

    async def _react(self, name: str) -> None:
        await self._visit.attempt(self._visit.person.react(self._channel_id, self.message["ts"], name))

    async def _use_shortcut(self, callback_id: str) -> None:
        person, ts = self._visit.person, self.message["ts"]
        await self._visit.attempt(person.use_shortcut(callback_id, self._channel_id, ts))

    async def _stop_stream(self) -> None:
        await self._visit.attempt(self._visit.person.stop_stream(self._channel_id, self.message["ts"]))
