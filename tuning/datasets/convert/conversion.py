"""Turning a file into JSON Lines: what is proposed, with a preview, and doing it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, Final

from tuning.datasets.convert.mapping import ColumnMapping, proposed_mapping, read_mapping
from tuning.datasets.convert.records import Note, Record
from tuning.datasets.convert.shapes import Row, is_conversation, row_of
from tuning.datasets.convert.sources import Kind, Source, opened
from tuning.datasets.writing import line_of
from tuning.errors import CannotConvert

CONVERTIBLE: Final = frozenset({"F002", "F004", "F005", "F007", "F008"})
"""The findings that a conversion of the whole file settles."""

PREVIEWED_ROWS: Final = 3
_ROWS_TO_TELL_COLUMNS: Final = 100
_MOST_LEFT_OUT: Final = 20


@dataclass(frozen=True, slots=True)
class Sample:
    """One record and the row that it becomes."""

    line: int
    before: dict[str, Any]
    after: Row


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a file would be converted."""

    kind: Kind
    mapping: ColumnMapping | None
    """Which columns become which turns; None where the records say themselves who speaks."""
    left_out: tuple[str, ...]
    """Columns without a place in the rows, by the samples."""
    notes: tuple[Note, ...]
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Converted:
    """What a conversion has done."""

    rows: int
    kind: Kind
    mapping: ColumnMapping | None
    left_out: tuple[str, ...]
    """Columns of the file that are not in the rows, at most 20."""
    notes: tuple[Note, ...]


def propose(path: Path, name: str, given: Iterable[str] = ()) -> Proposal:
    """How the file at `path`, called `name`, would be converted; its first rows are looked at.

    Args:
        given: the mapping that a person wrote, as `read_mapping` takes it; empty to have one proposed.

    Raises:
        CannotConvert: it can't, or only with a mapping.
    """
    with _read(path, name, given) as reading:
        made = [(record, *row_of(record, reading.mapping)) for record in islice(reading.records, PREVIEWED_ROWS)]
    left_out = sorted({column for _, _, columns in made for column in columns})
    samples = tuple(Sample(record.line, record.fields, row) for record, row, _ in made)
    return Proposal(
        reading.source.kind, reading.mapping, tuple(left_out[:_MOST_LEFT_OUT]), reading.source.notes, samples
    )


def convert(
    path: Path,
    name: str,
    target: IO[bytes],
    given: Iterable[str] = (),
    progress: Callable[[int], None] | None = None,
) -> Converted:
    """Write the file at `path` to `target` as JSON Lines, row by row. The same rows give the same bytes, whatever
    kind of file they come from.

    Args:
        given: as in `propose`.
        progress: told how many rows are written, about every thousand.

    Raises:
        CannotConvert: it can't; `target` then holds the rows before the fault.
    """
    rows, left_out = 0, set[str]()
    with _read(path, name, given) as reading:
        for record in reading.records:
            row, columns = row_of(record, reading.mapping)
            target.write(_written(record, row))
            rows += 1
            if len(left_out) < _MOST_LEFT_OUT:
                left_out |= columns
            if progress is not None and rows % 1000 == 0:
                progress(rows)
    kept = tuple(sorted(left_out)[:_MOST_LEFT_OUT])
    return Converted(rows, reading.source.kind, reading.mapping, kept, reading.source.notes)


@dataclass(frozen=True, slots=True)
class _Reading:
    source: Source
    records: Iterator[Record]
    mapping: ColumnMapping | None


@contextmanager
def _read(path: Path, name: str, given: Iterable[str]) -> Iterator[_Reading]:
    with opened(path, name) as source:
        first = list(islice(source.records, _ROWS_TO_TELL_COLUMNS))
        if not first:
            raise CannotConvert("empty")
        wanted = list(given)
        has_columns = not all(is_conversation(record.fields) for record in first)
        columns = dict.fromkeys(column for record in first for column in record.fields)
        mapping = None
        if wanted or has_columns:
            mapping = read_mapping(wanted, columns) if wanted else proposed_mapping(columns)
        yield _Reading(source, chain(first, source.records), mapping)


def _written(record: Record, row: Row) -> bytes:
    try:
        return line_of(row)
    except UnicodeEncodeError as error:
        raise CannotConvert("half_character", line=record.line) from error
    except ValueError as error:
        raise CannotConvert("not_a_number", line=record.line) from error
