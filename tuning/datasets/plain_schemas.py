"""JSON Schemas of the commonest kind, an object with simple properties, tried without a validator's cost."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

_TYPES: Final[dict[str, frozenset[type]]] = {
    "string": frozenset({str}),
    "integer": frozenset({int}),
    "number": frozenset({int, float}),
    "boolean": frozenset({bool}),
    "array": frozenset({list}),
    "object": frozenset({dict}),
}
_OF_OBJECTS: Final = {"type", "properties", "required", "additionalProperties", "description", "title"}
_OF_PROPERTIES: Final = {"type", "description", "title", "enum", "default"}


class PlainSchema(NamedTuple):
    """An object whose properties are known by their type, and perhaps by a list of texts."""

    types: Mapping[str, frozenset[type]]
    choices: Mapping[str, frozenset[str]]
    required: frozenset[str]
    is_open: bool
    """Whether it takes other properties too."""

    def admits(self, arguments: Mapping[str, Any]) -> bool:
        """Whether arguments surely keep to the schema; a validator may find that others do too."""
        if not self.required <= arguments.keys():
            return False
        for name, value in arguments.items():
            types = self.types.get(name)
            if types is None:
                if not self.is_open:
                    return False
            elif type(value) not in types or (name in self.choices and value not in self.choices[name]):
                return False
        return True


def plain_schema(schema: object) -> PlainSchema | None:
    """A schema, which is known to be one, as a plain one; None where it says more."""
    if not isinstance(schema, dict) or schema.get("type") != "object" or not schema.keys() <= _OF_OBJECTS:
        return None
    properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    if not isinstance(others, bool) or not all(map(_is_simple, properties.values())):
        return None
    return PlainSchema(
        {name: _TYPES[one["type"]] for name, one in properties.items()},
        {name: frozenset(one["enum"]) for name, one in properties.items() if "enum" in one},
        frozenset(schema.get("required", ())),
        others,
    )


def _is_simple(schema: object) -> bool:
    if not isinstance(schema, dict) or not schema.keys() <= _OF_PROPERTIES:
        return False
    kind, choices = schema.get("type"), schema.get("enum", [])
    is_known = isinstance(kind, str) and kind in _TYPES
    return is_known and ("enum" not in schema or (kind == "string" and all(isinstance(one, str) for one in choices)))
