"""Excel workbooks (.xlsx): the first sheet with text in it, row by row."""

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import ParseError

from tuning.datasets.chunks import CHUNK_BYTES
from tuning.datasets.convert.records import Cells, Note
from tuning.datasets.sniffing import LARGEST_UNPACKED_BYTES
from tuning.errors import CannotConvert

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

MOST_SHARED_BYTES: Final = 100_000_000
"""Of the table of repeated texts, which is held in memory. Our choice."""

_SHARED_TEXTS: Final = "xl/sharedStrings.xml"
_MERGED = re.compile(rb'<mergeCell [^>]*ref="([A-Z0-9:]{1,40})"')
_ROWS_TO_FIND_TEXT: Final = 100
_BROKEN = (zipfile.BadZipFile, zlib.error, ParseError, EOFError, KeyError, ValueError, TypeError, AttributeError)
"""What openpyxl lets through of a workbook that is none."""


@contextmanager
def sheet(path: Path) -> Iterator[tuple[Iterator[Cells], tuple[Note, ...]]]:
    """The rows of a workbook's first sheet with text, and what to know about it.

    Values of formulas are those that Excel calculated last.

    Raises:
        CannotConvert: it is broken, expands too far, or is empty; cells are merged; a formula has no value.
    """
    _refuse_bomb(path)
    with _opened(path, is_calculated=False) as written:
        chosen = next((one for one in written.worksheets if _has_text(one)), None)
        if chosen is None:
            raise CannotConvert("empty")
        _refuse_merged(path, chosen)
        others = len(written.worksheets) - 1
        notes = (Note("sheet", {"sheet": chosen.title, "n": others}),) if others else ()
        yield _translated(_rows(path, chosen)), notes


@contextmanager
def _opened(path: Path, *, is_calculated: bool) -> "Iterator[Workbook]":
    # Only spreadsheets need the library, and it takes a tenth of a second to import.
    from openpyxl import load_workbook  # noqa: PLC0415
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    # It warns of styles and validations, which are nothing to us.
    warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
    try:
        with path.open("rb") as stream:
            workbook = load_workbook(stream, read_only=True, data_only=is_calculated, keep_links=False)
            try:
                yield workbook
            finally:
                workbook.close()
    except (InvalidFileException, *_BROKEN) as error:
        raise CannotConvert("workbook_broken") from error


def _refuse_bomb(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {member.filename: member.file_size for member in archive.infolist()}
    except zipfile.BadZipFile as error:
        raise CannotConvert("workbook_broken") from error
    if sum(sizes.values()) > LARGEST_UNPACKED_BYTES or sizes.get(_SHARED_TEXTS, 0) > MOST_SHARED_BYTES:
        raise CannotConvert("workbook_large", limit=MOST_SHARED_BYTES // 1_000_000)


def _has_text(sheet: "ReadOnlyWorksheet") -> bool:
    rows = islice(sheet.iter_rows(values_only=True), _ROWS_TO_FIND_TEXT)
    return any(cell not in {None, ""} for cell in chain.from_iterable(rows))


def _refuse_merged(path: Path, sheet: "ReadOnlyWorksheet") -> None:
    """A merged cell leaves all but one of its rows without a value. The library skips what the sheet says of them."""
    with zipfile.ZipFile(path) as archive, archive.open(sheet._worksheet_path) as stream:  # noqa: SLF001 - see there.
        before = b""
        while chunk := stream.read(CHUNK_BYTES):
            if found := _MERGED.search(before + chunk):
                raise CannotConvert("merged", cells=found.group(1).decode())
            before = chunk[-200:]


def _translated(rows: Iterator[Cells]) -> Iterator[Cells]:
    try:
        yield from rows
    except _BROKEN as error:
        raise CannotConvert("workbook_broken") from error


def _rows(path: Path, sheet: "ReadOnlyWorksheet") -> Iterator[Cells]:
    calculated: Iterator[tuple[Any, ...]] | None = None
    with _opened(path, is_calculated=True) as workbook:
        for number, row in enumerate(sheet.iter_rows(), start=1):
            values = [cell.value for cell in row]
            formulas = [index for index, cell in enumerate(row) if cell.data_type == "f"]
            if formulas:
                if calculated is None:
                    calculated = workbook[sheet.title].iter_rows(min_row=number, values_only=True)
                    reached = number
                known = next(islice(calculated, number - reached, None), ())
                reached = number + 1
                for index in formulas:
                    values[index] = known[index] if index < len(known) else None
                    if values[index] is None:
                        raise CannotConvert("formula", cell=row[index].coordinate)
            yield Cells(number, [_text(value) for value in values])


def _text(value: object) -> str:
    """A cell as people would have typed it: whole numbers without a point, days in ISO order."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").replace("\r", "\n")
