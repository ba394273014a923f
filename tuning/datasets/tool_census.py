"""The tools that a file declares, over all its rows: how they are written, and whether they are called."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tuning.datasets.examples import ChatExample
from tuning.datasets.fingerprints import fingerprint

MOST_TOOLS: Final = 1_000
"""Names that are followed; a file with more than these makes them up."""

_MOST_VERSIONS: Final = 100


@dataclass(slots=True)
class Tool:
    """One name."""

    first_seen: tuple[int, int]
    """Line and example, as in the next one."""
    second_version: tuple[int, int] = (0, 0)
    versions: set[int] = field(default_factory=set)
    """Fingerprints of its declarations."""
    has_description: bool = False
    calls: int = 0


class ToolCensus:
    """Grows by one row at a time."""

    def __init__(self) -> None:
        self.tools: dict[str, Tool] = {}

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

    def _declare(self, name: str, function: Mapping[str, Any], place: tuple[int, int]) -> None:
        tool = self.tools.setdefault(name, Tool(place))
        tool.has_description |= bool(function.get("description"))
        version = fingerprint(json.dumps(function.get("parameters"), sort_keys=True))
        if version not in tool.versions and len(tool.versions) < _MOST_VERSIONS:
            tool.versions.add(version)
            if len(tool.versions) == 2:  # noqa: PLR2004 - the second one is where they begin to differ.
                tool.second_version = place
