"""What Slack's client checks before it submits a modal: required fields, lengths and numbers."""

from decimal import Decimal, InvalidOperation

from workspace.blocks.inputs import Values, content
from workspace.records import JsonObject
from workspace.sentences import say


def faults(blocks: list[JsonObject], values: Values, locale: str) -> dict[str, str]:
    """Return a sentence in the person's language for each block whose input can't be submitted, by block_id."""
    found = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        entered = content(values.get(block["block_id"], {}).get(element["action_id"], {}))
        fault = _fault(element, entered, is_optional=bool(block.get("optional")))
        if fault:
            key, parameters = fault
            found[block["block_id"]] = say(key, locale, **parameters)
    return found


Fault = tuple[str, dict[str, object]]


def _fault(element: JsonObject, entered: object, *, is_optional: bool) -> Fault | None:
    if entered in (None, "", []):
        return None if is_optional else ("required_field", {})
    if element["type"] == "plain_text_input":
        return _text_fault(element, str(entered))
    if element["type"] == "number_input":
        return _number_fault(element, str(entered))
    return None


def _text_fault(element: JsonObject, entered: str) -> Fault | None:
    if len(entered) < element.get("min_length", 0):
        return "too_short", {"count": element["min_length"]}
    if len(entered) > element.get("max_length", 3000):
        return "too_long", {"count": element.get("max_length", 3000)}
    return None


def _number_fault(element: JsonObject, entered: str) -> Fault | None:
    try:
        number = Decimal(entered)
    except InvalidOperation:
        return "not_a_number", {}
    if not number.is_finite():
        return "not_a_number", {}
    if not element.get("is_decimal_allowed") and number != number.to_integral_value():
        return "not_whole", {}
    if "min_value" in element and number < Decimal(element["min_value"]):
        return "below_minimum", {"bound": element["min_value"]}
    if "max_value" in element and number > Decimal(element["max_value"]):
        return "above_maximum", {"bound": element["max_value"]}
    return None
