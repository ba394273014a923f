"""JSON's types, named by keys of the catalogue."""

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
