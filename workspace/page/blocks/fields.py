"""Native inputs for Block Kit's input elements: what is typed or chosen reaches the server with every keystroke."""

from collections.abc import Callable

from nicegui.events import GenericEventArguments

from workspace.blocks.inputs import ActionValue, content, initial
from workspace.page.blocks.buttons import press
from workspace.page.blocks.choices import draw_checkboxes, draw_radio_buttons, draw_select
from workspace.page.blocks.file_input import draw_file_input
from workspace.page.blocks.stage import Stage
from workspace.page.tags import Tag
from workspace.records import JsonObject

Changed = Callable[[ActionValue | None], None]
Draw = Callable[[JsonObject, object, Changed, Stage], Tag]

_EMIT_VALUE = "(event) => emit(event.target.value)"
_HTML_TYPES = {
    "plain_text_input": "text",
    "email_text_input": "email",
    "url_text_input": "url",
    "datepicker": "date",
    "timepicker": "time",
}


def draw_field(element: JsonObject, block_id: str, stage: Stage, *, tells_app: bool) -> Tag | None:
    """Draw an input element; with `tells_app` every settled change is an action. None for a kind the page lacks."""
    draw = _DRAWN.get(element["type"])
    if draw is None:
        Tag("p", "quiet", stage.viewer.say("block_unknown", type=element["type"]))
        return None
    action_id = element["action_id"]
    state = stage.begins_with(block_id, element) or initial(element) or {}
    entered = stage.entered.get(block_id, {})
    before = entered[action_id] if action_id in entered else _value_of(content(state))
    field = draw(element, before, lambda value: stage.keep(block_id, action_id, value), stage)
    field.set(data_testid=f"action-{action_id}")
    if tells_app:

        async def tell() -> None:
            await press(element, stage.entered.get(block_id, {}).get(action_id), block_id, stage)

        field.on("change", lambda _: tell(), args=[])
    return field


def _value_of(kept: object) -> object:
    """Return options as their values, and everything else as it is."""
    if isinstance(kept, dict):
        return kept.get("value")
    return [_value_of(one) for one in kept] if isinstance(kept, list) else kept


def _draw_text(element: JsonObject, before: object, changed: Changed, _: Stage) -> Tag:
    is_multiline = bool(element.get("multiline"))
    field = Tag(
        "textarea" if is_multiline else "input",
        "field",
        **({"rows": 4} if is_multiline else {"type": _HTML_TYPES[element["type"]]}),
        placeholder=element.get("placeholder", {}).get("text"),
        defaultValue="" if before is None else str(before),
        maxlength=element.get("max_length"),
    )
    return _following(field, changed)


def _draw_number(element: JsonObject, before: object, changed: Changed, stage: Stage) -> Tag:
    field = _draw_text(element | {"type": "plain_text_input"}, before, changed, stage)
    return field.set(inputmode="decimal" if element.get("is_decimal_allowed") else "numeric")


def _following(field: Tag, changed: Changed) -> Tag:
    def typed(event: GenericEventArguments) -> None:
        changed(event.args or None)

    field.on("input", typed, js_handler=_EMIT_VALUE)
    return field


_DRAWN: dict[str, Draw] = {
    **dict.fromkeys(_HTML_TYPES, _draw_text),
    "number_input": _draw_number,
    "radio_buttons": draw_radio_buttons,
    "checkboxes": draw_checkboxes,
    "file_input": draw_file_input,
    **dict.fromkeys(
        [
            "static_select",
            "users_select",
            "channels_select",
            "conversations_select",
            "multi_static_select",
            "multi_users_select",
            "multi_channels_select",
            "multi_conversations_select",
        ],
        draw_select,
    ),
}
