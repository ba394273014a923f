"""What the tools of a row declare: worked out once for all rows that declare the same, byte for byte."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from tuning.datasets.careful_parsing import DEEPEST_NESTING
from tuning.datasets.examples import ChatExample
from tuning.datasets.hashing import fingerprint
from tuning.datasets.parsing import keys_in_value, parse_line
from tuning.datasets.paths import places
from tuning.datasets.plain_schemas import PlainSchema, plain_schema
from tuning.datasets.provider_facts import OPENAI
from tuning.datasets.rules import tool_declarations
from tuning.datasets.tool_schemas import fault_of_arguments, schema_key

_MOST_REMEMBERED: Final = 256


class DeclaredTools(NamedTuple):
    """Tools with whose declarations nothing is wrong."""

    functions: Mapping[str, Mapping[str, Any]]
    """By their names."""
    schemas: Mapping[str, PlainSchema | None]
    """Of those functions whose parameters are plain."""
    versions: Mapping[str, int]
    """By the functions' names: which of their parameters are the same."""
    keys: int
    """How many keys the declarations have, at every depth."""
    written: str
    """The declarations as compact JSON."""

    def admit(self, name: str, arguments: Mapping[str, Any]) -> bool:
        """Whether a function is declared and takes such arguments."""
        if name not in self.functions:
            return False
        plain = self.schemas.get(name)
        if plain and plain.admits(arguments):
            return True
        return not fault_of_arguments(self.functions[name].get("parameters"), arguments)


NO_TOOLS: Final = DeclaredTools({}, {}, {}, 0, "")


def version_of(function: Mapping[str, Any]) -> int:
    """The same for declarations with the same parameters, whatever the order of their keys."""
    return fingerprint(schema_key(function.get("parameters")))


@lru_cache(_MOST_REMEMBERED)
def declared_in(written: bytes) -> DeclaredTools | None:
    """What the JSON of `tools` declares; None where something is wrong with it."""
    parsed = parse_line(written)
    # Which provider it is decides how grave a fault is, and not whether there is one.
    example = ChatExample.of({"messages": [], "tools": parsed.value}, OPENAI)
    # In a row the tools lie one deeper than here.
    if parsed.faults or max(place.depth for place in places(parsed.value)) >= DEEPEST_NESTING - 1:
        return None
    if any(True for rule in tool_declarations.RULES for _ in rule.faults(example)):
        return None
    functions = {function["name"]: function for _, function in example.declared}
    schemas = {name: plain_schema(function.get("parameters")) for name, function in functions.items()}
    compact = json.dumps(parsed.value, ensure_ascii=False, separators=(",", ":")) if functions else ""
    versions = {name: version_of(function) for name, function in functions.items()}
    return DeclaredTools(functions, schemas, versions, keys_in_value(parsed.value), compact)
