"""Where a person writes: text, files, slash commands and mentions, sent with Enter."""

import asyncio
import json
from dataclasses import dataclass
from functools import partial

from nicegui import ui
from nicegui.events import GenericEventArguments, UploadEventArguments

from workspace.page.files import size_text
from workspace.page.hints import Hint, hints_for
from workspace.page.tags import Tag, box, button, icon_button
from workspace.page.visit import Visit

LARGEST_FILE_BYTES = 200 * 1024 * 1024  # Shared files are held in memory while they are stored.

_SEND_ON_ENTER = """(event) => {
    if (event.key === 'Tab' && !event.shiftKey && event.target.value.match(/^\\/\\S*$|@\\S*$/)) {
        event.preventDefault();
        emit('complete', event.target.value);
    }
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    emit('send', event.target.value);
    event.target.value = '';
    event.target.style.height = '';
}"""
_GROW_AND_TELL = """(event) => {
    event.target.style.height = '';
    event.target.style.height = Math.min(event.target.scrollHeight, 240) + 'px';
    emit(event.target.value);
}"""


@dataclass(frozen=True, slots=True)
class Staged:
    """A file that was dropped or chosen and goes out with the next message."""

    name: str
    content: bytes


class Composer:
    """Writes into a conversation, or into one of its threads. Files may be dropped anywhere on `drop_zone`."""

    def __init__(self, visit: Visit, placeholder: str, drop_zone: Tag, thread_ts: str | None = None) -> None:
        self._visit = visit
        self._channel_id = visit.channel_id
        self._thread_ts = thread_ts
        self._staged: list[Staged] = []
        self._sending = asyncio.Lock()
        name = "thread-composer" if thread_ts else "composer"
        self._hints = box(
            "hints", role="listbox", aria_label=visit.viewer.say("suggestions"), data_testid=f"{name}-hints"
        )
        with box("composer"):
            self._chips = box("chips")
            self._draw_field(placeholder, name)
            self._draw_foot(name)
        self._accept_drops(drop_zone)

    def _draw_field(self, placeholder: str, name: str) -> None:
        self._field = Tag("textarea", "", rows=1, placeholder=placeholder, aria_label=placeholder, data_testid=name)
        self._field.on("keydown", self._on_key, js_handler=_SEND_ON_ENTER)
        self._field.on("input", self._on_input, js_handler=_GROW_AND_TELL)

    def _draw_foot(self, name: str) -> None:
        viewer = self._visit.viewer
        self._upload = ui.upload(
            multiple=True,
            auto_upload=True,
            max_file_size=LARGEST_FILE_BYTES,
            on_upload=self._stage,
            on_rejected=self._refuse,
        )
        self._upload.classes("offstage").props(f'data-testid="{name}-upload" aria-hidden="true"')
        with box("composer-foot"):
            attach = icon_button("attach_file", viewer.say("attach"), _nothing, data_testid=f"{name}-attach")
            attach.on("click", js_handler=f"() => getElement({self._upload.id}).$refs.qRef.pickFiles()")
            Tag("span", "quiet composer-hint", viewer.say("hint_enter"))
            send = Tag("button", "send", type="button", aria_label=viewer.say("send"), data_testid=f"{name}-send")
            with send:
                ui.icon("send")
            take = f"""() => {{
                const field = document.getElementById('{self._field.html_id}');
                emit(field.value);
                field.value = '';
                field.style.height = '';
            }}"""
            send.on("click", lambda event: self.send(event.args), js_handler=take)

    def _accept_drops(self, zone: Tag) -> None:
        zone.set(data_drop=self._visit.viewer.say("drop_here"))
        zone.on("dragover", js_handler=_mark_drop_zone(is_over=True))
        zone.on("dragleave", js_handler=_mark_drop_zone(is_over=False))
        drop = f"""(event) => {{
            event.preventDefault();
            event.currentTarget.classList.remove('dropping');
            getElement({self._upload.id}).$refs.qRef.addFiles(event.dataTransfer.files);
        }}"""
        zone.on("drop", js_handler=drop)

    async def _on_key(self, event: GenericEventArguments) -> None:
        what, text = event.args
        if what == "send":
            await self.send(text)
            return
        hints = hints_for(text, self._visit)
        if hints:
            self._complete(hints[0])

    def _on_input(self, event: GenericEventArguments) -> None:
        self._show_hints(hints_for(event.args, self._visit))

    def _show_hints(self, hints: list[Hint]) -> None:
        self._hints.clear()
        with self._hints:
            for hint in hints:
                with button("hint-row", partial(self._complete, hint), role="option"):
                    Tag("strong", "", hint.title)
                    Tag("span", "quiet", hint.explanation)

    def _complete(self, hint: Hint) -> None:
        self._show_hints([])
        self.write(hint.completed)

    def write(self, text: str) -> None:
        """Put text into the field, ready to be changed or sent."""
        with self._field:
            ui.run_javascript(
                f"const field = document.getElementById('{self._field.html_id}');"
                f"field.value = {json.dumps(text)}; field.focus();",
            )

    async def send(self, text: str) -> None:
        """Send what was written, with the files that wait; what could not be sent comes back into the field."""
        self._show_hints([])
        async with self._sending:  # Two messages typed in a row arrive in that order.
            if not await self._deliver(text):
                self.write(text)

    async def _deliver(self, text: str) -> bool:
        if text.startswith("/") and not self._staged:
            return await self._run_command(text)
        person = self._visit.person
        while self._staged:
            file = self._staged[0]
            share = person.share_file(self._channel_id, file.name, file.content, text, self._thread_ts)
            if not await self._visit.attempt(share):
                return False
            self._staged.pop(0)
            self._draw_chips()
            text = ""
        if not text.strip():
            return True
        return await self._visit.attempt(person.post(self._channel_id, text, self._thread_ts))

    async def _run_command(self, text: str) -> bool:
        command, _, rest = text.partition(" ")
        if self._thread_ts:
            self._visit.notify(self._visit.viewer.say("no_commands_in_threads", command=command))
            return False
        result = await self._visit.person.command(self._channel_id, command.strip(), rest.strip())
        if result.error:
            self._visit.notify(result.error)
        return result.ok

    async def _stage(self, event: UploadEventArguments) -> None:
        self._staged.append(Staged(event.file.name, await event.file.read()))
        self._upload.reset()
        self._draw_chips()

    def _refuse(self) -> None:
        viewer = self._visit.viewer
        self._visit.notify(viewer.say("file_too_big", limit=size_text(LARGEST_FILE_BYTES)))

    def _draw_chips(self) -> None:
        self._chips.clear()
        with self._chips:
            for file in self._staged:
                with box("chip", data_testid="staged-file"):
                    ui.icon("description")
                    Tag("strong", "", file.name)
                    Tag("span", "quiet", size_text(len(file.content)))
                    label = self._visit.viewer.say("remove_file", name=file.name)
                    icon_button("close", label, partial(self._unstage, file))

    def _unstage(self, file: Staged) -> None:
        self._staged.remove(file)
        self._draw_chips()


def _mark_drop_zone(*, is_over: bool) -> str:
    change = "add" if is_over else "remove"
    return f"(event) => {{ event.preventDefault(); event.currentTarget.classList.{change}('dropping'); }}"


def _nothing() -> None:
    """The click is answered in the browser."""
