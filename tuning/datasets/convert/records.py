"""What every kind of file is read into before its columns are mapped."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from tuning.errors import CannotConvert

_LONGEST_COLUMN_NAME: Final = 40
_ENDS_OF_SENTENCES: Final = (".", "?", "!", "。", "？", "！")


class Record(NamedTuple):
    """One row of a table, one object of a JSON file, or one conversation of a text."""

    line: int
    """Where it begins in its file, from 1; in a spreadsheet, its row."""
    fields: dict[str, Any]


class Note(NamedTuple):
    """Something that a person should know about how their file was read: `convert.note.<code>` in the catalogue."""

    code: str
    parameters: dict[str, str | int]


class Cells(NamedTuple):
    """One row of a table, before its cells have names."""

    line: int
    cells: list[str]


def named(rows: Iterable[Cells]) -> Iterator[Record]:
    """A table's rows as records. The first row names the columns, unless it reads like the others: see `has_names`.

    Rows without any text are left out.

    Raises:
        CannotConvert: two columns have one name, or a row has more cells than there are columns.
    """
    filled = (row for row in rows if any(cell.strip() for cell in row.cells))
    first = next(filled, None)
    if first is None:
        return
    if has_names(first.cells):
        columns = [cell.strip() for cell in first.cells]
    else:
        columns = [f"column {number}" for number in range(1, len(first.cells) + 1)]
        yield _record(columns, first)
    repeated = next((name for name in columns if name and columns.count(name) > 1), None)
    if repeated is not None:
        raise CannotConvert("two_columns", column=repeated)
    for row in filled:
        yield _record(columns, row)


def has_names(cells: list[str]) -> bool:
    """Whether a table's first row names its columns: short words, none of them a sentence."""
    texts = [cell.strip() for cell in cells]
    return any(texts) and not any(
        len(text) > _LONGEST_COLUMN_NAME or text.endswith(_ENDS_OF_SENTENCES) or "\n" in text for text in texts
    )


def _record(columns: list[str], row: Cells) -> Record:
    surplus = [cell for cell in row.cells[len(columns) :] if cell.strip()]
    if surplus:
        raise CannotConvert("more_cells", line=row.line, cells=len(row.cells), columns=len(columns))
    padded = row.cells + [""] * (len(columns) - len(row.cells))
    return Record(row.line, {name: cell for name, cell in zip(columns, padded, strict=False) if name})
