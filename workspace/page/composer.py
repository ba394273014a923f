"""Where a person writes: text, files, slash commands and mentions, sent with Enter."""

import asyncio
import json

from nicegui import ui

from workspace.page import keys
from workspace.page.attachments import Attachments
from workspace.page.hints import Hint, hints_for
from workspace.page.tags import Tag, box
from workspace.page.visit import Visit


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
            self._listen()
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
        self._show_hints("")
        async with self._sending:  # Two messages typed in a row arrive in that order.
            unsent = await self._deliver(text)
        if unsent:
            self.write(unsent)

    @property
    def _in_browser(self) -> str:
        return f"document.getElementById('{self._field.html_id}')"

    def _listen(self) -> None:
        hints_id = self._hints.html_id
        self._field.on("keydown", lambda event: self.send(event.args), js_handler=keys.on_key(hints_id))
        self._field.on("input", lambda event: self._show_hints(event.args), js_handler=keys.on_input(hints_id))
        self._hints.on("click", js_handler=keys.on_choice(self._field.html_id))

    def _draw_send(self, testid: str) -> None:
        send = Tag("button", "send", type="button", aria_label=self._visit.viewer.say("send"), data_testid=testid)
        send.on("click", lambda event: self.send(event.args), js_handler=keys.on_send(self._field.html_id))
        with send:
            ui.icon("send")

    def _show_hints(self, typed: str) -> None:
        """Draw the suggestions for what is typed; the first is chosen, unless one is written out already."""
        self._hints.clear()
        hints = hints_for(typed, self._visit)
        is_open = all(hint.completed for hint in hints)
        with self._hints:
            for index, hint in enumerate(hints):
                self._draw_hint(hint, is_chosen=is_open and index == 0)

    def _draw_hint(self, hint: Hint, *, is_chosen: bool) -> None:
        selected = "true" if is_chosen else "false"
        with box("hint-row", role="option", aria_selected=selected, data_completed=hint.completed):
            Tag("strong", "", hint.title)
            Tag("span", "quiet", hint.explanation)

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
