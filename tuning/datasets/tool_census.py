"""The tools that a file declares, over all its rows: how they are written, and whether they are called."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tuning.datasets.examples import ChatExample
from tuning.datasets.fingerprints import fingerprint
from tuning.datasets.tool_schemas import schema_key

MOST_TOOLS: Final = 1_000
"""Names that are followed; a file with more than these makes them up."""

_MOST_VERSIONS: Final = 100


@dataclass(slots=True)
class Tool:
    """One name."""

    first_seen: tuple[int, int]
    """Line and example, as in the next one."""
    second_version: tuple[int, int] = (0, 0)
    versions: dict[int, None] = field(default_factory=dict)
    """Fingerprints of its declarations, in their order."""
    has_description: bool = False
    calls: int = 0

    def moved(self, lines: int, examples: int) -> "Tool":
        """The same tool where so many lines and examples stand before its piece of the file."""
        first, second = _moved(self.first_seen, lines, examples), _moved(self.second_version, lines, examples)
        return replace(self, first_seen=first, second_version=second)

    def absorb(self, later: "Tool", lines: int, examples: int) -> None:
        """Add the same tool of a later piece of the file."""
        self.has_description |= later.has_description
        self.calls += later.calls
        if len(self.versions) == 1 and later.versions.keys() - self.versions:
            begins_alike = next(iter(later.versions)) in self.versions
            self.second_version = _moved(later.second_version if begins_alike else later.first_seen, lines, examples)
        for version in later.versions:
            if len(self.versions) < _MOST_VERSIONS:
                self.versions[version] = None


class ToolCensus:
    """Grows by one row at a time."""

    def __init__(self) -> None:
        self.tools: dict[str, Tool] = {}
        self._unknown: Counter[str] = Counter()
        """Calls of tools that were not declared up to then."""

    def add(self, example: ChatExample, line: int, number: int) -> None:
        """Count a row's declarations and calls."""
        for _, function in example.declared:
            name = function.get("name")
            if isinstance(name, str) and (name in self.tools or len(self.tools) < MOST_TOOLS):
                self._declare(name, function, (line, number))
        called = [call.name for call in example.calls] + [name for _, name in example.old_calls]
        for name in called:
            if name in self.tools:
                self.tools[name].calls += 1
            elif name in self._unknown or len(self._unknown) < MOST_TOOLS:
                self._unknown[name] += 1

    def absorb(self, later: "ToolCensus", lines: int, examples: int) -> None:
        """Add the tools of a later piece of the file, before which it has so many lines and examples."""
        for name, calls in later._unknown.items():
            if name in self.tools:
                self.tools[name].calls += calls
        for name, tool in later.tools.items():
            if name in self.tools:
                self.tools[name].absorb(tool, lines, examples)
            elif len(self.tools) < MOST_TOOLS:
                self.tools[name] = tool.moved(lines, examples)

    def _declare(self, name: str, function: Mapping[str, Any], place: tuple[int, int]) -> None:
        tool = self.tools.setdefault(name, Tool(place))
        tool.has_description |= bool(function.get("description"))
        version = fingerprint(schema_key(function.get("parameters")))
        if version not in tool.versions and len(tool.versions) < _MOST_VERSIONS:
            tool.versions[version] = None
            if len(tool.versions) == 2:  # noqa: PLR2004 - the second one is where they begin to differ.
                tool.second_version = place


def _moved(place: tuple[int, int], lines: int, examples: int) -> tuple[int, int]:
    return place[0] + lines, place[1] + examples
