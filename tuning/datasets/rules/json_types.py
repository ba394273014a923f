"""JSON's types, named by keys of the catalogue."""

from math import isfinite

_TYPES = {
    str: "types.string",
    bool: "types.boolean",
    int: "types.number",
    float: "types.number",
    list: "types.list",
    dict: "types.object",
    type(None): "types.null",
}


def type_phrase(value: object) -> str:
    """The key of the words for a JSON value's type: 'a list', 'null'."""
    return _TYPES[type(value)]


def is_no_json_number(value: object) -> bool:
    """NaN and the infinities, which parsers take and JSON has not: a rule of its own tells them, and no other need."""
    return isinstance(value, float) and not isfinite(value)
