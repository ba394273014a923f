"""Repairing a file: line by line, in bounded memory, and only what was asked for."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import IO, Any, Final

from storage.rows import DatasetFormat
from tuning.datasets.chunks import chunks_of
from tuning.datasets.fixes.changes import Change, together
from tuning.datasets.fixes.line_map import LineMap
from tuning.datasets.fixes.registry import FIXABLE, SAFE
from tuning.datasets.fixes.repairing import Repair
from tuning.datasets.formats import majority_format
from tuning.datasets.judging import ROWS_TO_TELL_FORMAT
from tuning.datasets.lines import HEAD_BYTES, Lines, RawLine
from tuning.datasets.parsing import parse_line
from tuning.datasets.provider_facts import ProviderFacts
from tuning.datasets.sniffing import whole_file_fault
from tuning.errors import CannotFix

__all__ = ["FIXABLE", "SAFE", "Fixed", "fix", "fix_lines"]

_MOST_PASSES: Final = 5
"""Over one file: another is needed only where repairs have changed what most of its first rows are."""

_MOST_LINES_TO_TELL_FORMAT: Final = 10_000


@dataclass(frozen=True, slots=True)
class Fixed:
    """What a repair has done."""

    changes: tuple[Change, ...]
    rows: int
    """Lines written that are not blank."""
    lines: LineMap


def fix(
    chunks: Iterable[bytes],
    codes: frozenset[str],
    provider: ProviderFacts,
    target: IO[bytes],
    most_lines: int | None = None,
) -> Fixed:
    """Write a JSON Lines file to `target` without the faults that `codes` name; every other line stays byte for byte.

    Line endings become newlines. Doing it twice gives the same bytes as doing it once.

    Args:
        chunks: the file's bytes.
        codes: out of `FIXABLE`; others are ignored.
        target: open for reading too, and empty.
        provider: whose rules decide, as in the check.
        most_lines: read no more than so many, for a preview.

    Raises:
        CannotFix: a line is beyond the safety limit.
    """
    done, file_format = _passed(chunks, codes, provider, target, most_lines)
    for _ in range(_MOST_PASSES):
        if most_lines is not None or _format_of(target) is file_format:
            break
        with tempfile.TemporaryFile() as before:
            target.seek(0)
            shutil.copyfileobj(target, before)
            target.seek(0)
            target.truncate()
            before.seek(0)
            again, file_format = _passed(chunks_of(before), codes, provider, target, None)
        lines = done.lines.followed_by(again.lines)
        done = Fixed(together(done.changes, again.changes), again.rows, lines)
    return done


def _passed(
    chunks: Iterable[bytes],
    codes: frozenset[str],
    provider: ProviderFacts,
    target: IO[bytes],
    most_lines: int | None,
) -> tuple[Fixed, DatasetFormat]:
    """Go over a file once; also the format by which its rows were judged."""
    lines = Lines(chunks)
    remaining = iter(lines) if most_lines is None else islice(lines, most_lines)
    first, file_format = _first_lines(remaining)
    repair = Repair(codes & FIXABLE, provider, file_format, target)
    repair.begin(has_mark=lines.has_byte_order_mark)
    for line in chain(first, remaining):
        repair.line(line)
    if "F010" in codes:
        repair.changes.add_many("F010", lines.count if lines.has_only_carriage_returns else lines.crlf_count)
    return Fixed(repair.changes.result(), repair.rows, repair.mapper.result()), file_format


def _format_of(target: IO[bytes]) -> DatasetFormat:
    target.seek(0)
    return _first_lines(iter(Lines(chunks_of(target))))[1]


def _first_lines(lines: Iterator[RawLine]) -> tuple[list[RawLine], DatasetFormat]:
    """The lines with the rows that tell a file's format, as in the check, and that format."""
    first: list[RawLine] = []
    rows: list[dict[str, Any]] = []
    for line in islice(lines, _MOST_LINES_TO_TELL_FORMAT):
        first.append(line)
        value = parse_line(line.content).value if line.content.strip() else None
        if isinstance(value, dict):
            rows.append(value)
        if len(rows) == ROWS_TO_TELL_FORMAT:
            break
    return first, majority_format(rows)


def fix_lines(
    file_name: str, chunks: Iterable[bytes], codes: frozenset[str], provider: ProviderFacts, target: IO[bytes]
) -> Fixed:
    """`fix` for a file of which it isn't known yet whether it is JSON Lines.

    Raises:
        CannotFix: it is something else, which can only be converted as a whole; or a line is too long.
    """
    rest = iter(chunks)
    head = next(rest, b"")
    if whole_file_fault(head[:HEAD_BYTES], lambda: b"") is not None:
        raise CannotFix("not_lines", file=file_name)
    return fix(chain([head], rest), codes, provider, target)
