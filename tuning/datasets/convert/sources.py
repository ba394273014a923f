"""Opening a file of any kind that people have, to read it as records."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath
from typing import Final, TextIO

from tuning.datasets.convert.decoding import encoding_of
from tuning.datasets.convert.dialogues import conversations, has_speakers, pairs
from tuning.datasets.convert.json_values import is_wrapped, objects, objects_by_line
from tuning.datasets.convert.records import Note, Record, named
from tuning.datasets.convert.spreadsheets import sheet
from tuning.datasets.convert.tables import delimiter_of, rows_of
from tuning.datasets.convert.unpacking import Unpacked, unpacked
from tuning.datasets.sniffing import named_kind, whole_file_fault
from tuning.errors import CannotConvert

_HEAD_CHARACTERS: Final = 64 * 1024
_LINES_TO_JUDGE: Final = 50
_USUAL_DELIMITERS: Final = {".csv": ",", ".tsv": "\t", ".tab": "\t"}
_WORTH_TELLING: Final = {"utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "cp1252"}
_LOCKED_OR_OLD: Final = "XLS"


class Kind(StrEnum):
    """How a file is written."""

    JSON_LINES = "jsonl"
    JSON = "json"
    TABLE = "table"
    SPREADSHEET = "xlsx"
    CONVERSATIONS = "conversations"
    PAIRS = "pairs"


@dataclass(frozen=True, slots=True)
class Source:
    """An open file."""

    kind: Kind
    records: Iterator[Record]
    """Can be gone through once."""
    notes: tuple[Note, ...]


@contextmanager
def opened(path: Path, name: str) -> Iterator[Source]:
    """Open a file for reading once from its beginning.

    Args:
        path: where its bytes lie.
        name: what people call it; its ending helps where the bytes don't tell.

    Raises:
        CannotConvert: it is of no kind that is known, or its archive can't be unpacked. What is wrong further inside
            is raised while the records are read.
    """
    with ExitStack() as stack:
        file = stack.enter_context(unpacked(path, name))
        if file.is_spreadsheet:
            rows, notes = stack.enter_context(sheet(file.path))
            yield Source(Kind.SPREADSHEET, named(rows), (*file.notes, *notes))
            return
        _refuse_binary(file.path)
        encoding = encoding_of(file.path)
        kind, delimiter = _kind_of(file, encoding)
        stream = stack.enter_context(file.path.open(encoding=encoding, newline="" if delimiter else None))
        told = (Note("encoding", {"encoding": encoding.upper()}),) if encoding in _WORTH_TELLING else ()
        yield Source(kind, _records(stream, kind, delimiter), (*file.notes, *told))


def _records(stream: TextIO, kind: Kind, delimiter: str) -> Iterator[Record]:
    if kind is Kind.TABLE:
        return named(rows_of(stream, delimiter))
    readers = {
        Kind.JSON_LINES: objects_by_line,
        Kind.JSON: objects,
        Kind.CONVERSATIONS: conversations,
        Kind.PAIRS: pairs,
    }
    return readers[kind](stream)


def _refuse_binary(path: Path) -> None:
    with path.open("rb") as stream:
        head = stream.read(16)
    kind = named_kind(head)
    if kind == _LOCKED_OR_OLD:
        raise CannotConvert("workbook_old")
    if kind:
        raise CannotConvert("binary", kind=kind)


def _kind_of(file: Unpacked, encoding: str) -> tuple[Kind, str]:
    """The kind, and for a table what separates its cells."""
    with file.path.open(encoding=encoding, newline="") as stream:
        head = stream.read(_HEAD_CHARACTERS)
    start = head.lstrip()[:1]
    if not start:
        raise CannotConvert("empty")
    if "\x00" in head:
        raise CannotConvert("binary", kind="NUL")
    if start in "{[":
        fault = whole_file_fault(head.encode("utf-8", "replace"), lambda: b"")
        is_document = is_wrapped(head) or (fault is not None and fault[0] == "F007")
        return (Kind.JSON if is_document else Kind.JSON_LINES), ""
    lines = [line for line in head.splitlines(keepends=True) if line.strip()]
    whole = lines[:-1] if len(head) == _HEAD_CHARACTERS and len(lines) > 1 else lines
    return _kind_of_text(whole[:_LINES_TO_JUDGE], PurePath(file.name).suffix.lower())


def _kind_of_text(lines: list[str], suffix: str) -> tuple[Kind, str]:
    usual = _USUAL_DELIMITERS.get(suffix, "")
    if not usual and has_speakers(lines):
        return Kind.CONVERSATIONS, ""
    if delimiter := delimiter_of(lines, usual):
        return Kind.TABLE, delimiter
    if usual:
        raise CannotConvert("one_column")
    return Kind.PAIRS, ""
