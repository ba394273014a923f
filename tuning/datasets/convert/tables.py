"""Tables of text: values separated by commas, tabs, semicolons or bars."""

import csv
from collections.abc import Iterator
from typing import Final, TextIO

from tuning.datasets.convert.records import Cells
from tuning.datasets.lines import LONGEST_LINE_BYTES
from tuning.errors import CannotConvert

DELIMITERS: Final = (",", "\t", ";", "|")
_WIDE_ENOUGH: Final = 0.8
"""Of a file's first rows so many must have as many cells as the first."""


def delimiter_of(lines: list[str], usual: str = "") -> str | None:
    """What separates the cells of a table's first lines; None where they are no table.

    Args:
        usual: what the file's name promises; it wins where it separates the first line.
    """
    if usual and len(next(csv.reader(lines[:1], delimiter=usual), [])) > 1:
        return usual
    ordered = [usual, *(mark for mark in DELIMITERS if mark != usual)] if usual else list(DELIMITERS)
    return next((mark for mark in ordered if _is_table(lines, mark)), None)


def _is_table(lines: list[str], delimiter: str) -> bool:
    try:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if any(row)]
    except csv.Error:
        return False
    if len(rows) < 2 or len(rows[0]) < 2:  # noqa: PLR2004 - a header and a row, a question and an answer.
        return False
    alike = sum(len(row) == len(rows[0]) for row in rows)
    return alike >= len(rows) * _WIDE_ENOUGH


def rows_of(stream: TextIO, delimiter: str) -> Iterator[Cells]:
    """The rows of a table, with line breaks inside cells as newlines.

    Args:
        stream: opened with `newline=""`, as Python's csv module asks.

    Raises:
        CannotConvert: a quoted cell is not closed, or a cell is longer than any example may be.
    """
    csv.field_size_limit(LONGEST_LINE_BYTES)
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            yield Cells(line, [cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row])
            line = reader.line_num + 1
    except csv.Error as error:
        raise CannotConvert("quotes", line=line) from error
