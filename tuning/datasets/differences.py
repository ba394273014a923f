"""What is different between two versions of a dataset, row by row, wherever the rows stand."""

import hashlib
import json
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal, NamedTuple, TypeAlias

from tuning.datasets.fingerprints import of_passages
from tuning.datasets.fixes.changes import Sample, sample_of
from tuning.datasets.formats import format_of
from tuning.datasets.lines import Lines, RawLine
from tuning.datasets.parsing import parse_line
from tuning.datasets.passages import Said

MOST_SHOWN: Final = 20
"""Of each kind of difference."""

Kind: TypeAlias = Literal["added", "removed", "changed"]
Opened: TypeAlias = Callable[[], Iterable[bytes]]
"""Opens a file at its beginning, in chunks: it is read twice."""


class Difference(NamedTuple):
    """One row that isn't in both versions as it is."""

    kind: Kind
    old_line: int | None
    new_line: int | None
    shown: Sample
    """Cut to where the two differ, secrets masked; one side is empty where there is none."""


@dataclass(frozen=True, slots=True)
class Differences:
    """All differences, counted exactly, with the first of each kind."""

    same: int
    added: int
    removed: int
    changed: int
    """Rows with the same question and another answer."""
    shown: tuple[Difference, ...]

    @property
    def are_none(self) -> bool:
        return not (self.added or self.removed or self.changed)


class _Row(NamedTuple):
    line: int
    said: bytes
    """Equal for rows that are equal as JSON, whatever the order of keys and the blanks between them."""
    asked: int
    """Equal for rows with the same question."""


def differences(old: Opened, new: Opened) -> Differences:
    """Compare two files row by row; about a hundred bytes of each row are held in memory.

    A row that occurs several times counts as often as it occurs.
    """
    old_rows, new_rows = list(_rows(old())), list(_rows(new()))
    removed, added = _beyond(old_rows, new_rows), _beyond(new_rows, old_rows)
    changed, removed, added = _paired(removed, added)
    same = len(new_rows) - len(added) - len(changed)
    wanted: list[tuple[Kind, _Row | None, _Row | None]] = [
        *(("changed", one, other) for one, other in changed[:MOST_SHOWN]),
        *(("removed", row, None) for row in removed[:MOST_SHOWN]),
        *(("added", None, row) for row in added[:MOST_SHOWN]),
    ]
    before = _texts(old(), {one.line for _, one, _ in wanted if one})
    after = _texts(new(), {other.line for _, _, other in wanted if other})
    shown = tuple(_shown(kind, one, other, before, after) for kind, one, other in wanted)
    return Differences(same, len(added), len(removed), len(changed), shown)


def canonical(line: bytes) -> bytes:
    """Sixteen bytes that are equal for rows that are equal as JSON."""
    value = parse_line(line).value
    try:
        written = json.dumps(value, sort_keys=True).encode()
    except (TypeError, ValueError):
        written = line.strip()
    return hashlib.blake2b(written, digest_size=16).digest()


def filled_lines(chunks: Iterable[bytes]) -> Iterator[RawLine]:
    """The lines that are not blank."""
    return (line for line in Lines(chunks) if line.content.strip())


def _rows(chunks: Iterable[bytes]) -> Iterator[_Row]:
    for line in filled_lines(chunks):
        value = parse_line(line.content).value
        asked = of_passages(Said.of(value, format_of(value)).asked) if isinstance(value, dict) else 0
        yield _Row(line.number, canonical(line.content), asked)


def _beyond(rows: list[_Row], others: list[_Row]) -> list[_Row]:
    """The rows that the other file doesn't have, or not so often."""
    left = Counter(row.said for row in others)
    found = []
    for row in rows:
        if left[row.said]:
            left[row.said] -= 1
        else:
            found.append(row)
    return found


def _paired(removed: list[_Row], added: list[_Row]) -> tuple[list[tuple[_Row, _Row]], list[_Row], list[_Row]]:
    """Rows with the same question, taken together in their order; and what is left of either side."""
    waiting: defaultdict[int, deque[_Row]] = defaultdict(deque)
    for row in removed:
        waiting[row.asked].append(row)
    pairs, alone = [], []
    for row in added:
        if waiting[row.asked]:
            pairs.append((waiting[row.asked].popleft(), row))
        else:
            alone.append(row)
    paired = {one.line for one, _ in pairs}
    return pairs, [row for row in removed if row.line not in paired], alone


def _texts(chunks: Iterable[bytes], lines: set[int]) -> dict[int, bytes]:
    found = (line for line in Lines(chunks) if line.number in lines)
    return {line.number: line.content for line in islice(found, len(lines))}


def _shown(
    kind: Kind, one: _Row | None, other: _Row | None, before: dict[int, bytes], after: dict[int, bytes]
) -> Difference:
    old = before[one.line] if one else b""
    new = after[other.line] if other else b""
    line = (one or other or _Row(0, b"", 0)).line
    if one and other:
        old, new = _alike(old), _alike(new)
    return Difference(kind, one.line if one else None, other.line if other else None, sample_of(line, old, new))


def _alike(line: bytes) -> bytes:
    """A row in one way of writing, so that the first difference from its other version is one that counts."""
    value = parse_line(line).value
    if not isinstance(value, dict):
        return line
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")
