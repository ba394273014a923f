"""Where each line of a new version stood in the old one."""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any, NamedTuple


class Run(NamedTuple):
    """Lines that stand together in both files, or several new lines made of one old line."""

    new: int
    """The first line in the new file, from 1."""
    old: int
    """The first line in the old file, from 1."""
    length: int


@dataclass(frozen=True, slots=True)
class LineMap:
    """Runs of lines, in the order of the new file."""

    runs: tuple[Run, ...] = ()

    def old_of(self, new_line: int) -> int | None:
        """The line of the old file that became `new_line`; None where there is no such line."""
        at = bisect_right(self.runs, new_line, key=lambda run: run.new) - 1
        run = self.runs[at] if at >= 0 else None
        return run.old + new_line - run.new if run and new_line < run.new + run.length else None

    def followed_by(self, later: "LineMap") -> "LineMap":
        """The map of both changes: from the newest file to the oldest."""
        mapper = LineMapper()
        for run in later.runs:
            for old in range(run.old, run.old + run.length):
                mapper.add(self.old_of(old) or 0)
        return mapper.result()

    def to_json(self) -> list[list[int]]:
        return [list(run) for run in self.runs]

    @classmethod
    def from_json(cls, stored: list[list[Any]]) -> "LineMap":
        return cls(tuple(Run(*run) for run in stored))


class LineMapper:
    """Makes the map while lines are written."""

    def __init__(self) -> None:
        self._runs: list[Run] = []
        self._written = 0

    def add(self, old_line: int) -> None:
        """One more new line, made of `old_line`."""
        self._written += 1
        last = self._runs[-1] if self._runs else None
        if last and last.old + last.length == old_line:
            self._runs[-1] = last._replace(length=last.length + 1)
        else:
            self._runs.append(Run(self._written, old_line, 1))

    def result(self) -> LineMap:
        return LineMap(tuple(self._runs))
