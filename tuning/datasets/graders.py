"""A grader for reinforcement, read into its parts, whatever is wrong with it.

Shapes: openai-python 3.54, `types/graders`, and OpenAI's reinforcement fine-tuning guide (mid-2025), where a `multi`
grader holds the others in an object by name.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

TYPES: Final = ("string_check", "text_similarity", "score_model", "label_model", "python", "multi")

_TEMPLATE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_PYTHON_ITEM = re.compile(r"""\bitem(?:\[["'](\w+)["']\]|\.get\(["'](\w+)["'])""")
_MOST_PARTS: Final = 200


class Template(NamedTuple):
    """One `{{ ... }}` in a grader."""

    where: str
    """The path in the grader."""
    inside: str
    """What stands between the braces, blanks aside."""

    @property
    def namespace(self) -> str:
        return re.split(r"[.\[]", self.inside, maxsplit=1)[0].strip()

    @property
    def field(self) -> str:
        """The first name after the namespace; empty where there is none."""
        match = re.match(r"\w+(?:\.(\w+)|\[[\"'](\w+)[\"']\])", self.inside)
        return (match[1] or match[2]) if match else ""

    @property
    def goes_deeper(self) -> bool:
        """Whether it reads something inside that field."""
        return bool(re.match(r"\w+(?:\.\w+|\[[\"']\w+[\"']\])\s*[.\[]", self.inside))


@dataclass(frozen=True)
class GraderPart:
    """One grader: the whole one, or one inside a `multi`."""

    spec: Mapping[str, Any]
    path: str
    name: str
    is_inside: bool = False

    @property
    def type(self) -> str:
        kind = self.spec.get("type")
        return kind if isinstance(kind, str) else ""

    @cached_property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """Every text of it with its path, other graders and a program left out."""
        own = {key: value for key, value in self.spec.items() if key not in {"graders", "source", "name", "type"}}
        return tuple(_texts(own, self.path))

    @cached_property
    def templates(self) -> tuple[Template, ...]:
        return tuple(
            Template(path, match[1].strip()) for path, text in self.texts for match in _TEMPLATE.finditer(text)
        )

    @property
    def _program(self) -> str:
        source = self.spec.get("source")
        return source if self.type == "python" and isinstance(source, str) else ""

    @cached_property
    def needed_fields(self) -> tuple[str, ...]:
        """Of these, the fields without which it fails: what a program reads with `get` it can do without."""
        reads = list(_PYTHON_ITEM.finditer(self._program))
        optional = {match[2] for match in reads} - {match[1] for match in reads}
        return tuple(name for name in self.item_fields if name not in optional)

    @cached_property
    def item_fields(self) -> tuple[str, ...]:
        """The fields of a row that it reads, each once."""
        read = [one.field for one in self.templates if one.namespace == "item" and one.field]
        read += [match[1] or match[2] for match in _PYTHON_ITEM.finditer(self._program)]
        return tuple(dict.fromkeys(read))

    @property
    def reads_output_json(self) -> bool:
        source = self.spec.get("source") if self.type == "python" else ""
        is_in_program = isinstance(source, str) and "output_json" in source
        return is_in_program or any(one.inside.startswith("sample.output_json") for one in self.templates)


def parts_of(grader: Mapping[str, Any]) -> tuple[GraderPart, ...]:
    """The grader itself and, where it is a `multi`, those inside it, however deep."""
    found: list[GraderPart] = []
    waiting = [GraderPart(grader, "grader", _name(grader, "grader"))]
    while waiting and len(found) < _MOST_PARTS:
        part = waiting.pop(0)
        found.append(part)
        inner = part.spec.get("graders")
        if part.type != "multi" or inner is None:
            continue
        named = inner.items() if isinstance(inner, dict) and "type" not in inner else [("graders", inner)]
        for key, spec in named:
            if isinstance(spec, dict):
                waiting.append(GraderPart(spec, f"{part.path}.graders.{key}", _name(spec, str(key)), is_inside=True))
    return tuple(found)


def is_unbalanced(text: str) -> bool:
    """Whether braces are opened and not closed, or the other way about."""
    rest = _TEMPLATE.sub("", text)
    return "{{" in rest or "}}" in rest


def rendered(text: str, sample: Mapping[str, Any], item: Mapping[str, Any]) -> str:
    """A template filled in; what is not there becomes empty."""
    spaces = {"sample": sample, "item": item}

    def fill(match: re.Match[str]) -> str:
        value: object = spaces
        for name in re.findall(r"\w+", match[1]):
            value = value.get(name, "") if isinstance(value, Mapping) else ""
        return value if isinstance(value, str) else str(value)

    return _TEMPLATE.sub(fill, text)


def string_check(spec: Mapping[str, Any], sample: Mapping[str, Any], item: Mapping[str, Any]) -> float | None:
    """The score of a `string_check`: 1 or 0; None where it cannot be told."""
    given, reference = spec.get("input"), spec.get("reference")
    if not isinstance(given, str) or not isinstance(reference, str):
        return None
    ours, theirs = rendered(given, sample, item), rendered(reference, sample, item)
    outcomes = {
        "eq": ours == theirs,
        "ne": ours != theirs,
        "like": theirs in ours,
        "ilike": theirs.lower() in ours.lower(),
    }
    operation = spec.get("operation")
    return float(outcomes[operation]) if isinstance(operation, str) and operation in outcomes else None


def _name(spec: Mapping[str, Any], otherwise: str) -> str:
    name = spec.get("name")
    return name if isinstance(name, str) and name else otherwise


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    waiting: list[tuple[str, object]] = [(path, value)]
    while waiting:
        where, one = waiting.pop(0)
        if isinstance(one, str):
            yield where, one
        elif isinstance(one, dict):
            waiting.extend((f"{where}.{key}", inner) for key, inner in one.items())
        elif isinstance(one, list):
            waiting.extend((f"{where}[{index}]", inner) for index, inner in enumerate(one))
