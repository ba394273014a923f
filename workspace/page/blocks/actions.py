"""Blocks that a person acts on: sections with an accessory, actions, and feedback below an answer."""

from workspace.page.blocks.buttons import draw_button, draw_feedback, draw_icon_button, draw_overflow
from workspace.page.blocks.fields import draw_field
from workspace.page.blocks.pictures import picture
from workspace.page.blocks.renderers import Redraw, Renderer
from workspace.page.blocks.stage import Stage
from workspace.page.blocks.text import text_html
from workspace.page.tags import box, written
from workspace.page.writing.viewer import Viewer
from workspace.records import JsonObject

_BUTTONS = {
    "button": draw_button,
    "workflow_button": draw_button,
    "overflow": draw_overflow,
    "feedback_buttons": draw_feedback,
    "icon_button": draw_icon_button,
}


def _section(block: JsonObject, stage: Stage) -> Redraw | None:
    with box("section"):
        shown = written(_section_html(block, stage.viewer))
        if "accessory" in block:
            with box("accessory"):
                draw_element(block["accessory"], block.get("block_id", ""), stage)
            return None

    def redraw(changed: JsonObject) -> None:
        shown.set_content(_section_html(changed, stage.viewer))

    return redraw


def _section_html(block: JsonObject, viewer: Viewer) -> str:
    text = text_html(block["text"], viewer) if "text" in block else ""
    fields = "".join(f"<div>{text_html(field, viewer)}</div>" for field in block.get("fields", ()))
    return text + (f'<div class="fields">{fields}</div>' if fields else "")


def _actions(block: JsonObject, stage: Stage) -> None:
    with box("actions"):
        for element in block["elements"]:
            draw_element(element, block.get("block_id", ""), stage)


def draw_element(element: JsonObject, block_id: str, stage: Stage) -> None:
    """Draw an interactive element that tells the app at once."""
    if element["type"] == "image":
        picture(element, stage)
    elif element["type"] in _BUTTONS:
        _BUTTONS[element["type"]](element, block_id, stage)
    else:
        draw_field(element, block_id, stage, tells_app=True)


RENDERERS: dict[str, Renderer] = {"section": _section, "actions": _actions, "context_actions": _actions}
