"""What a person enters into interactive elements, in the shape of Slack's `state.values` and `actions`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from workspace.errors import invalid_arguments
from workspace.records import JsonObject

ActionValue = str | Sequence[str] | Mapping[str, object]
Values = dict[str, dict[str, JsonObject]]

# What an element of each type keeps of the person's choice, and the property that prefills it
# (docs.slack.dev/reference/block-kit/block-elements).
_SINGLE = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "users_select": ("selected_user", "initial_user"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "static_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", ""),
}
_MULTIPLE = {
    "multi_static_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "file_input": ("files", ""),
}
_STATELESS = {"button", "overflow", "feedback_buttons", "icon_button", "workflow_button"}


@dataclass(frozen=True, slots=True)
class Placed:
    """An interactive element and the block it stands in."""

    block_id: str
    element: JsonObject

    @property
    def action_id(self) -> str:
        """The element's own id within its block."""
        return str(self.element["action_id"])


def interactive(blocks: Sequence[JsonObject]) -> Iterator[Placed]:
    """Yield every element with an action_id, however deep it stands."""
    for block in blocks:
        yield from _search(block, "")


def _search(node: object, block_id: str) -> Iterator[Placed]:
    if isinstance(node, list):
        for child in node:
            yield from _search(child, block_id)
    elif isinstance(node, dict):
        inner_id = node.get("block_id", block_id)
        if "action_id" in node:
            yield Placed(inner_id, node)
        for child in node.values():
            yield from _search(child, inner_id)


def find(blocks: Sequence[JsonObject], action_id: str, block_id: str | None = None) -> Placed | None:
    """Return the element with this action_id (in this block, where several share the id)."""
    for placed in interactive(blocks):
        if placed.action_id == action_id and block_id in {None, placed.block_id}:
            return placed
    return None


def entered(element: JsonObject, value: ActionValue | None) -> JsonObject:
    """Return the state of an element after a person entered `value`.

    A string is typed text, a date, an id or the value of an option; a list is several of these; a mapping is the state
    itself, such as `{"selected_option": {...}}`. None empties the element. Raises SlackError for an unknown option.
    """
    kind = element["type"]
    if isinstance(value, Mapping):
        return {"type": kind, **value}
    if kind in _SINGLE:
        key = _SINGLE[kind][0]
        return {"type": kind, key: _option(element, value) if key == "selected_option" else value}
    if kind in _MULTIPLE:
        key = _MULTIPLE[kind][0]
        chosen = [value] if isinstance(value, str) else list(value or ())
        return {"type": kind, key: [_option(element, one) for one in chosen] if key == "selected_options" else chosen}
    return {"type": kind}


def _option(element: JsonObject, value: object) -> JsonObject | None:
    if value is None:
        return None
    for option in options(element):
        if option.get("value") == value:
            return option
    raise invalid_arguments(f"no option of {element.get('action_id')!r} has the value {value!r}")


def options(element: JsonObject) -> list[JsonObject]:
    """Return the options of a select, radio group, checkboxes or overflow menu, whether grouped or not."""
    grouped = [option for group in element.get("option_groups", ()) for option in group["options"]]
    return [*element.get("options", ()), *grouped]


def initial(element: JsonObject) -> JsonObject | None:
    """Return the state an element begins with; None for one that keeps none, such as a button."""
    kind = element["type"]
    if kind in _STATELESS:
        return None
    if kind in _SINGLE:
        key, prefill = _SINGLE[kind]
        return {"type": kind, key: element.get(prefill)}
    if kind in _MULTIPLE:
        key, prefill = _MULTIPLE[kind]
        return {"type": kind, key: list(element.get(prefill, ()))}
    return {"type": kind}


def state_values(blocks: Sequence[JsonObject], kept: Values) -> Values:
    """Return `state.values` for blocks: what was kept where the element still stands, else how each begins.

    Slack keeps an input's content over a views.update when block_id and action_id stay the same
    (docs.slack.dev/surfaces/modals, "Updating modals").
    """
    values: Values = {}
    for placed in interactive(blocks):
        begins = initial(placed.element)
        if begins is None:
            continue
        before = kept.get(placed.block_id, {}).get(placed.action_id)
        is_same = before is not None and before["type"] == begins["type"]
        values.setdefault(placed.block_id, {})[placed.action_id] = before if is_same and before else begins
    return values


def content(state: JsonObject) -> object:
    """Return what an input's state holds, without its type; None or empty when nothing was entered."""
    return next((value for key, value in state.items() if key != "type"), None)


def action(placed: Placed, value: ActionValue | None, action_ts: str) -> JsonObject:
    """Return the entry of `actions` in a block_actions payload for a click or a choice."""
    element = placed.element
    kind = element["type"]
    shared = {"type": kind, "action_id": placed.action_id, "block_id": placed.block_id, "action_ts": action_ts}
    if kind in {"button", "icon_button", "workflow_button"}:
        return shared | {key: element[key] for key in ("text", "value", "style") if key in element}
    if kind == "feedback_buttons":
        buttons = (element["positive_button"], element["negative_button"])
        pressed = next((button for button in buttons if button.get("value") == value), None)
        if pressed is None:
            raise invalid_arguments(f"{value!r} is neither feedback button of {placed.action_id!r}")
        return shared | {"text": pressed["text"], "value": pressed["value"]}
    return shared | entered(element, value)
