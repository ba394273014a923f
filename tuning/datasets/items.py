"""Reinforcement rows: one of them as the rules see it, and their fields over the whole file."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from tuning.datasets.evidence import as_written
from tuning.datasets.examples import ChatExample, Message
from tuning.datasets.graders import GraderPart
from tuning.datasets.provider_facts import ProviderFacts

RESERVED: Final = ("messages", "tools")
"""What a row holds beside the fields for the grader (OpenAI's OpenAPI specification of 2025-05)."""

REFERENCE_NAMES: Final = (
    "reference_answer", "reference", "answer", "expected_answer", "expected", "ground_truth", "solution", "target", "label"
)  # fmt: skip
"""What the field with the right answer is usually called."""

SAMPLED_ITEMS: Final = 20
_MOST_FIELDS, _MOST_VALUES, _MOST_PLACES = 200, 500, 1_000
_LARGEST_ITEM_FIELDS = 50


@dataclass(frozen=True)
class ReinforcementExample:
    """A line with messages that end where the model shall answer, and fields for the grader."""

    row: Mapping[str, Any]
    provider: ProviderFacts
    graders: tuple[GraderPart, ...]
    """None where the job's grader is not known."""

    @cached_property
    def messages(self) -> tuple[Message, ...]:
        return ChatExample.of(self.row, self.provider).messages

    @property
    def fields(self) -> dict[str, Any]:
        """What `item.*` reaches in a grader."""
        return {key: value for key, value in self.row.items() if key not in RESERVED}


def reference_in(fields: Mapping[str, Any], graders: tuple[GraderPart, ...]) -> tuple[str, str]:
    """The field with the right answer, and that answer as text; empty where there is none.

    It is the first field that a grader reads, else one with a usual name.
    """
    read = [name for part in graders for name in part.item_fields]
    name = next((one for one in (*read, *REFERENCE_NAMES) if one in fields), "")
    value = fields.get(name)
    return (name, as_written(value).strip()) if name and value is not None else ("", "")


@dataclass(slots=True)
class FieldFacts:
    """One field over all rows."""

    places: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    """Lines and examples by the type of the value, the first thousand each."""
    counts: Counter[str] = field(default_factory=Counter)


class ItemCensus:
    """Grows by one row at a time."""

    def __init__(self, graders: tuple[GraderPart, ...]) -> None:
        self.graders = graders
        self.rows = 0
        self.fields: dict[str, FieldFacts] = {}
        self.references: Counter[str] = Counter()
        self.has_many_references = False
        self.samples: list[dict[str, Any]] = []
        self.first_without: dict[str, tuple[int, int]] = {}

    def add(self, example: ReinforcementExample, line: int, number: int) -> None:
        fields = example.fields
        self.rows += 1
        for name, value in fields.items():
            if name in self.fields or len(self.fields) < _MOST_FIELDS:
                self._count(name, value, (line, number))
        for name in self.fields:
            if name not in fields:
                self.first_without.setdefault(name, (line, number))
        _, reference = reference_in(fields, self.graders)
        if reference in self.references or len(self.references) < _MOST_VALUES:
            self.references[reference[:200]] += bool(reference)
        else:
            self.has_many_references = True
        if len(self.samples) < SAMPLED_ITEMS and len(fields) <= _LARGEST_ITEM_FIELDS:
            self.samples.append(fields)

    def _count(self, name: str, value: object, place: tuple[int, int]) -> None:
        facts = self.fields.setdefault(name, FieldFacts())
        if self.rows > 1 and not facts.counts:
            self.first_without.setdefault(name, (1, 1))
        kind = "null" if value is None else _JSON_TYPES.get(type(value), "object")
        facts.counts[kind] += 1
        places = facts.places.setdefault(kind, [])
        if len(places) < _MOST_PLACES:
            places.append(place)

    def has_parts(self, name: str) -> bool:
        """Whether a field holds an object or a list in any row."""
        return bool(self.fields[name].counts.keys() & {"object", "list"}) if name in self.fields else False

    def rows_without(self, name: str) -> int:
        """How many rows lack a field."""
        facts = self.fields.get(name)
        return self.rows - (facts.counts.total() if facts else 0)


_JSON_TYPES: Final = {str: "string", bool: "boolean", int: "number", float: "number", list: "list", dict: "object"}
