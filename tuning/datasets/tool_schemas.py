"""The JSON Schema of a tool's parameters: whether it is one, and whether arguments keep to it.

Two parts of JSON Schema are left out on purpose. References are looked up in the schema itself alone, never on the
network. Regular expressions are not tried, since one can be written that runs for hours.
"""

import json
from functools import lru_cache
from typing import Any, Final, NamedTuple

import jsonschema
import msgspec
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.exceptions import Unresolvable

from tuning.datasets.evidence import as_written

MOST_REMEMBERED: Final = 256
"""Schemas; a file seldom has more, and they are compiled again where it has."""

_UNTRIED: Final = ("pattern", "patternProperties")
_Validator = jsonschema.validators.create(
    Draft202012Validator.META_SCHEMA,
    {word: rule for word, rule in Draft202012Validator.VALIDATORS.items() if word not in _UNTRIED},
)
_CHECKER = Draft202012Validator(Draft202012Validator.META_SCHEMA)


class SchemaFault(NamedTuple):
    """Where a schema, or arguments, break a rule, in JSON Schema's own words."""

    path: str
    """In the schema, or in the arguments; `$` is the whole."""
    rule: str
    """Such as `required: ["guests"]`."""


def fault_of_schema(schema: object) -> SchemaFault | None:
    """The first thing by which `schema` is no JSON Schema, or None where it is one."""
    return _fault_of_schema(schema_key(schema)) if isinstance(schema, dict) else SchemaFault("$", "type: object")


def fault_of_arguments(schema: object, arguments: object) -> SchemaFault | None:
    """The first rule of `schema` that `arguments` break; None too where the schema itself is broken."""
    key = schema_key(schema) if isinstance(schema, dict) else None
    if key is None or _fault_of_schema(key):
        return None
    try:
        error = next(_validator(key).iter_errors(arguments), None)
    except (Unresolvable, RecursionError, TypeError, ValueError, OverflowError):
        return None
    return SchemaFault(error.json_path, _rule(error)) if error else None


def _nullable(schema: Any) -> Any:  # noqa: ANN401 - any part of a schema.
    """OpenAPI 3.0's `nullable: true`, which many tools' schemas carry, in JSON Schema's words."""
    if isinstance(schema, list):
        return [_nullable(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    read = {key: _nullable(value) for key, value in schema.items()}
    return {"anyOf": [read, {"type": "null"}]} if schema.get("nullable") is True and "type" in schema else read


def schema_key(schema: object) -> bytes:
    """The same bytes for schemas that say the same, whatever the order of their keys."""
    try:
        return msgspec.json.encode(schema, order="sorted")
    except (OverflowError, RecursionError, ValueError):  # A number of more than 64 bits, or something odder.
        return json.dumps(schema, sort_keys=True).encode()


@lru_cache(MOST_REMEMBERED)
def _fault_of_schema(key: bytes) -> SchemaFault | None:
    try:
        error = next(_CHECKER.iter_errors(json.loads(key)), None)
    except RecursionError:
        return SchemaFault("$", "…")
    return SchemaFault(error.json_path, _rule(error)) if error else None


@lru_cache(MOST_REMEMBERED)
def _validator(key: bytes) -> Any:  # noqa: ANN401 - jsonschema makes the class at run time.
    return _Validator(_nullable(json.loads(key)), registry=Registry())


def _rule(error: jsonschema.ValidationError) -> str:
    return f"{error.validator}: {as_written(error.validator_value)}"
