"""Where a person writes: text, files, slash commands and mentions, sent with Enter."""

import asyncio
import json
from functools import partial

from nicegui import ui
from nicegui.events import GenericEventArguments

from workspace.page.attachments import Attachments
from workspace.page.hints import Hint, hints_for
from workspace.page.tags import Tag, box, button
from workspace.page.visit import Visit

# Enter that only ends the composition of a Chinese word does not send.
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


class Composer:
    """Writes into a conversation, or into one of its threads. Files may be dropped anywhere on `drop_zone`."""

    def __init__(self, visit: Visit, placeholder: str, drop_zone: Tag, thread_ts: str | None = None) -> None:
        self._visit = visit
        self._channel_id = visit.channel_id
        self._thread_ts = thread_ts
        self._sending = asyncio.Lock()
        name = "thread-composer" if thread_ts else "composer"
        suggestions = visit.viewer.say("suggestions")
        self._hints = box("hints", role="listbox", aria_label=suggestions, data_testid=f"{name}-hints")
        with box("composer"):
            self._attachments = Attachments(visit, drop_zone)
            self._field = Tag("textarea", "", rows=1, placeholder=placeholder, aria_label=placeholder, data_testid=name)
            self._field.on("keydown", self._on_key, js_handler=_SEND_ON_ENTER)
            self._field.on("input", self._on_input, js_handler=_GROW_AND_TELL)
            with box("composer-foot"):
                self._attachments.draw_button(f"{name}-attach")
                Tag("span", "quiet composer-hint", visit.viewer.say("hint_enter"))
                self._draw_send(f"{name}-send")

    def write(self, text: str) -> None:
        """Put text into the field, ready to be changed or sent."""
        with self._field:
            ui.run_javascript(f"const field = {self._in_browser}; field.value = {json.dumps(text)}; field.focus();")

    async def send(self, text: str) -> None:
        """Send what was written, with the files that wait; what could not be sent comes back into the field."""
        self._show_hints([])
        async with self._sending:  # Two messages typed in a row arrive in that order.
            unsent = await self._deliver(text)
        if unsent:
            self.write(unsent)

    @property
    def _in_browser(self) -> str:
        return f"document.getElementById('{self._field.html_id}')"

    def _draw_send(self, testid: str) -> None:
        send = Tag("button", "send", type="button", aria_label=self._visit.viewer.say("send"), data_testid=testid)
        take = f"""() => {{
            const field = {self._in_browser};
            emit(field.value);
            field.value = '';
            field.style.height = '';
        }}"""
        send.on("click", lambda event: self.send(event.args), js_handler=take)
        with send:
            ui.icon("send")

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

    async def _deliver(self, text: str) -> str:
        """Send files and text; return the text that is still unsent."""
        if text.startswith("/") and not self._attachments.waiting:
            return "" if await self._run_command(text) else text
        person, attempt = self._visit.person, self._visit.attempt
        for file in list(self._attachments.waiting):
            if not await attempt(person.share_file(self._channel_id, file.name, file.content, text, self._thread_ts)):
                return text
            self._attachments.remove(file)
            text = ""
        if text.strip() and not await attempt(person.post(self._channel_id, text, self._thread_ts)):
            return text
        return ""

    async def _run_command(self, text: str) -> bool:
        command, _, rest = text.partition(" ")
        if self._thread_ts:
            self._visit.notify(self._visit.viewer.say("no_commands_in_threads", command=command))
            return False
        result = await self._visit.person.command(self._channel_id, command.strip(), rest.strip())
        if result.error:
            self._visit.notify(result.error)
        return result.ok
