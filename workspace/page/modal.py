"""Modals: the topmost view of the person's stack as a dialog, filled in, checked and submitted."""

from nicegui import ui

from workspace.blocks.inputs import ActionValue, interactive
from workspace.page.blocks import BlockStack, Stage
from workspace.page.pictures import picture_address
from workspace.page.tags import Tag, box, button, icon_button
from workspace.page.visit import Visit
from workspace.records import View


class Modals:
    """Shows whichever view is on top; what was entered in those below is there when they come back."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._stages: dict[str, Stage] = {}
        self._shown: _Modal | None = None

    def refresh(self) -> None:
        """Show the stack as it is now."""
        views = self._visit.person.open_views()
        self._stages = {view.id: self._stages.get(view.id) or self._stage(view) for view in views}
        top = views[-1] if views else None
        if self._shown and (top is None or top.id != self._shown.view.id):
            self._shown.vanish()
            self._shown = None
        if top is None:
            return
        if self._shown:
            self._shown.change(top)
        else:
            with self._visit.client.layout:
                self._shown = _Modal(top, self._visit, self._stages[top.id])

    def _stage(self, view: View) -> Stage:
        async def act(action_id: str, value: ActionValue | None, block_id: str) -> None:
            person = self._visit.person
            await self._visit.attempt(person.click_in_view(view.id, action_id, value, block_id))

        return Stage(
            self._visit.viewer, act, lambda image: picture_address(self._visit, image), self._visit.person.upload
        )


class _Modal:
    """One view as a dialog."""

    def __init__(self, view: View, visit: Visit, stage: Stage) -> None:
        self.view = view
        self._visit = visit
        self._stage = stage
        self._is_vanishing = False
        self._dialog = ui.dialog(value=True).props("no-backdrop-dismiss")
        self._dialog.on_value_change(self._on_escape)
        with self._dialog, Tag("form", "modal", data_testid="view", novalidate=True) as form:
            form.on("submit", self._submit, args=[], js_handler="(event) => { event.preventDefault(); emit(); }")
            with Tag("header", "modal-head"):
                self._title = Tag("h2", "modal-title")
                icon_button("close", visit.viewer.say("close"), self._close, data_testid="view-dismiss")
            with box("modal-body"):
                self._blocks = BlockStack(stage)
            with Tag("footer", "modal-foot"):
                self._close_button = button("button", self._close, data_testid="view-close")
                self._submit_button = Tag("button", "button button-primary", type="submit", data_testid="view-submit")
            form.set(aria_labelledby=self._title.html_id)
        self.change(view)

    def change(self, view: View) -> None:
        """Show the view as the app has updated it."""
        self.view, definition, say = view, view.definition, self._visit.viewer.say
        self._stage.values = view.values
        self._title.set_text(definition["title"]["text"])
        self._close_button.set_text(definition["close"]["text"] if definition.get("close") else say("close"))
        self._submit_button.set_text(definition["submit"]["text"] if definition.get("submit") else say("submit"))
        has_inputs = any(block["type"] == "input" for block in definition["blocks"])
        self._submit_button.set_visibility(bool(definition.get("submit")) or has_inputs)
        self._blocks.show(definition["blocks"])

    def vanish(self) -> None:
        """Take the dialog away, after the view was closed."""
        self._is_vanishing = True
        self._dialog.delete()

    async def _submit(self) -> None:
        label = self._submit_button.text
        self._submit_button.set(disabled=True).set_text(self._visit.viewer.say("sending"))
        self._show_faults({})
        await self._visit.attempt(self._send())
        if not self._is_vanishing:
            self._submit_button.set(disabled=None)
            if self._submit_button.text == self._visit.viewer.say("sending"):
                self._submit_button.set_text(label)

    async def _send(self) -> None:
        entered: dict[str, dict[str, ActionValue | None]] = {}
        for placed in interactive(self.view.definition["blocks"]):
            in_block = self._stage.entered.get(placed.block_id, {})
            if placed.action_id in in_block:
                entered.setdefault(placed.block_id, {})[placed.action_id] = in_block[placed.action_id]
        self._show_faults(await self._visit.person.submit_view(self.view.id, entered))

    def _show_faults(self, faults: dict[str, str]) -> None:
        for block_id, label in self._stage.faults.items():
            if not label.is_deleted:
                label.set_text(faults.get(block_id, ""))
                label.set_visibility(block_id in faults)

    async def _close(self) -> None:
        await self._visit.attempt(self._visit.person.close_view(self.view.id))

    async def _on_escape(self) -> None:
        if not self._dialog.value and not self._is_vanishing:
            await self._close()
