"""Selects, radio buttons and checkboxes, as the browser's own elements."""

from collections.abc import Callable, Iterator

from nicegui.events import GenericEventArguments

from workspace.blocks.inputs import ActionValue, options
from workspace.page.blocks.stage import Stage
from workspace.page.blocks.text import text_html
from workspace.page.tags import Tag, box, written
from workspace.page.writing.emoji import with_emoji
from workspace.records import JsonObject

_EMIT_ONE = "(event) => emit(event.target.value)"
_EMIT_ALL = "(event) => emit(Array.from(event.target.selectedOptions, (option) => option.value))"
_EMIT_CHECKED = "(event) => emit(event.target.checked)"

Changed = Callable[[ActionValue | None], None]


def draw_select(element: JsonObject, before: object, changed: Changed, stage: Stage) -> Tag:
    """Draw a menu of options, or of the users or channels that the person sees."""
    is_multiple = element["type"].startswith("multi_")
    field = Tag("select", "field", multiple=is_multiple or None)
    with field:
        if not is_multiple:
            placeholder = element.get("placeholder", {}).get("text") or stage.viewer.say("choose")
            Tag("option", "", placeholder, value="", selected=before is None or None)
        _draw_options(element, before, stage)

    def chosen(event: GenericEventArguments) -> None:
        changed(event.args or None)

    field.on("input", chosen, js_handler=_EMIT_ALL if is_multiple else _EMIT_ONE)
    return field


def _draw_options(element: JsonObject, before: object, stage: Stage) -> None:
    if element["type"].endswith("static_select"):
        for group in element.get("option_groups", ()):
            with Tag("optgroup", "", label=group["label"]["text"]):
                for option in group["options"]:
                    _option(option["text"]["text"], option["value"], before)
        for option in element.get("options", ()):
            _option(option["text"]["text"], option["value"], before)
        return
    for label, value in _people_and_channels(element["type"], stage):
        _option(label, value, before)


def _option(label: str, value: str, before: object) -> None:
    is_selected = value in before if isinstance(before, list) else value == before
    Tag("option", "", with_emoji(label), value=value, selected=is_selected or None)


def _people_and_channels(kind: str, stage: Stage) -> Iterator[tuple[str, str]]:
    state = stage.viewer.state
    if "users" in kind or "conversations" in kind:
        yield from ((f"@{user.name}", user.id) for user in state.users.values())
    if "channels" in kind or "conversations" in kind:
        seen = (c for c in state.channels.values() if not c.is_im and state.may_see(stage.viewer.user_id, c.id))
        yield from ((f"#{channel.name}", channel.id) for channel in seen)


def draw_radio_buttons(element: JsonObject, before: object, changed: Changed, stage: Stage) -> Tag:
    """Draw options of which one holds."""
    group = box("choices", role="radiogroup")
    with group:
        for option in options(element):
            value = option["value"]
            ticked = _choice(option, "radio", stage, name=f"radio-{group.html_id}", is_ticked=value == before)
            ticked.on("input", lambda _, value=value: changed(value), args=[])
    return group


def draw_checkboxes(element: JsonObject, before: object, changed: Changed, stage: Stage) -> Tag:
    """Draw options of which any number hold."""
    ticked_values = [str(value) for value in before] if isinstance(before, list) else []
    group = box("choices", role="group")

    def tick(value: str, *, is_ticked: bool) -> None:
        if is_ticked:
            ticked_values.append(value)
        else:
            ticked_values.remove(value)
        changed(list(ticked_values))

    with group:
        for option in options(element):
            value = option["value"]
            ticked = _choice(option, "checkbox", stage, is_ticked=value in ticked_values)
            ticked.on("input", lambda e, value=value: tick(value, is_ticked=e.args), js_handler=_EMIT_CHECKED)
    return group


def _choice(option: JsonObject, kind: str, stage: Stage, *, is_ticked: bool, name: str | None = None) -> Tag:
    with Tag("label", "choice"):
        ticked = Tag("input", "", type=kind, name=name, value=option["value"], checked=is_ticked or None)
        with box():
            written(text_html(option["text"], stage.viewer))
            if "description" in option:
                written(text_html(option["description"], stage.viewer), "quiet")
    return ticked
