"""The tools that a file declares, over all its rows: how they are written, and whether they are called."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from tuning.datasets.calling_chat import CallingChat
from tuning.datasets.declared_tools import version_of
from tuning.datasets.examples import ChatExample
from tuning.datasets.plain_lines import tools_of

MOST_TOOLS: Final = 1_000
"""Names that are followed; a file with more than these makes them up."""

_MOST_VERSIONS: Final = 100


class Version(NamedTuple):
    """One way in which a tool is declared."""

    first_seen: tuple[int, int]
    rows: int = 1


@dataclass(slots=True)
class Tool:
    """One name."""

    first_seen: tuple[int, int]
    """Line and example, as in the next ones."""
    undescribed: tuple[int, int] | None = None
    """Where it is first declared without a description; None where it always has one."""
    versions: dict[int, Version] = field(default_factory=dict)
    """By the fingerprints of its declarations, in their order."""
    calls: int = 0

    def moved(self, lines: int, examples: int) -> "Tool":
        """The same tool where so many lines and examples stand before its piece of the file."""
        versions = {
            key: one._replace(first_seen=_moved(one.first_seen, lines, examples)) for key, one in self.versions.items()
        }
        undescribed = _moved(self.undescribed, lines, examples) if self.undescribed else None
        return replace(
            self, first_seen=_moved(self.first_seen, lines, examples), undescribed=undescribed, versions=versions
        )

    @property
    def odd_version(self) -> tuple[int, int]:
        """Where the rarest of its versions is first seen; of two as rare, the later one."""
        return min(self.versions.values(), key=lambda one: (one.rows, [-place for place in one.first_seen])).first_seen

    def absorb(self, later: "Tool", lines: int, examples: int) -> None:
        """Add the same tool of a later piece of the file."""
        moved = later.moved(lines, examples)
        self.undescribed = self.undescribed or moved.undescribed
        self.calls += later.calls
        for key, version in moved.versions.items():
            self.count(key, version)

    def count(self, key: int, version: Version) -> None:
        """Add a version, or more rows of one."""
        if key in self.versions:
            known = self.versions[key]
            self.versions[key] = known._replace(rows=known.rows + version.rows)
        elif len(self.versions) < _MOST_VERSIONS:
            self.versions[key] = version


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
            if isinstance(name, str):
                self._declare(name, function, version_of(function), (line, number))
        self._call([call.name for call in example.calls] + [name for _, name in example.old_calls])

    def add_sound(self, chat: CallingChat, line: int, number: int) -> None:
        """Count the declarations, of which many rows may have the same, and the calls of a sound row."""
        if tools := tools_of(chat):
            for name, function in tools.functions.items():
                self._declare(name, function, tools.versions[name], (line, number))
        self._call(chat.called)

    def _call(self, called: Iterable[str]) -> None:
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

    def _declare(self, name: str, function: Mapping[str, Any], version: int, place: tuple[int, int]) -> None:
        if name not in self.tools and len(self.tools) >= MOST_TOOLS:
            return
        tool = self.tools.setdefault(name, Tool(place))
        if not function.get("description"):
            tool.undescribed = tool.undescribed or place
        tool.count(version, Version(place))


def _moved(place: tuple[int, int], lines: int, examples: int) -> tuple[int, int]:
    return place[0] + lines, place[1] + examples
