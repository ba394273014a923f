"""input blocks: a label, the field, its hint, and the sentence that says what is wrong with what was entered."""

from nicegui import ui

from workspace.page.blocks.fields import draw_field
from workspace.page.blocks.renderers import Renderer
from workspace.page.blocks.stage import Stage
from workspace.page.tags import Tag, box
from workspace.page.writing.emoji import with_emoji
from workspace.records import JsonObject

_GROUPS = {"radio_buttons", "checkboxes"}


def _input(block: JsonObject, stage: Stage) -> None:
    element, block_id = block["element"], block["block_id"]
    with box("input"):
        is_group = element["type"] in _GROUPS
        label = Tag("div" if is_group else "label", "label", with_emoji(block["label"]["text"]))
        if block.get("optional"):
            with label:
                Tag("span", "quiet", " " + stage.viewer.say("optional"))
        field = draw_field(element, block_id, stage, tells_app=bool(block.get("dispatch_action")))
        if "hint" in block:
            hint = Tag("p", "hint", with_emoji(block["hint"]["text"]))
        fault = ui.label().classes("fault").props('role="alert"')
        fault.set_visibility(False)
        stage.faults[block_id] = fault
    if field is None:
        return
    label.set(_for=None if is_group else field.html_id)
    field.set(aria_labelledby=label.html_id if is_group else None)
    field.set(aria_describedby=" ".join(part.html_id for part in (hint if "hint" in block else fault, fault)))


RENDERERS: dict[str, Renderer] = {"input": _input}
