"""Telling, from a file's first bytes, that it is no JSON Lines at all: one right finding instead of a thousand."""

import csv
import json
import re
from collections.abc import Callable

from tuning.datasets.archives import EMPTY_ZIP_MAGIC, GZIP_MAGIC, ZIP_MAGIC, gzip_size_bytes, zip_members
from tuning.datasets.formats import CHAT_KEYS, FOREIGN_CHAT_KEYS
from tuning.datasets.lines import BYTE_ORDER_MARK, HEAD_BYTES
from tuning.datasets.rules import Fault

LARGEST_UNPACKED_BYTES = 1_000_000_000
"""An archive that expands further is refused. Our choice."""

_WIDE_MARKS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_BINARY_KINDS = {
    b"%PDF": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"PAR1": "Parquet", b"ARROW1": "Arrow",
    b"SQLite format 3": "SQLite", b"\xd0\xcf\x11\xe0": "XLS", b"Rar!": "RAR", b"7z\xbc\xaf": "7z", b"BZh": "bzip2",
    b"\xfd7zXZ": "xz", b"\x28\xb5\x2f\xfd": "zstd", b"\x80\x04": "pickle",
}  # fmt: skip
_LINES_TO_JUDGE = 50
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_YAML_LINE = re.compile(r"\s*(?:---|- |-$|[\w\"' -]+:(?:\s|$)|#)")
_KINDS_IN_WORDS = {"binary", "text"}
_SIGNIFICANT_SHARE = 0.4
_SAMPLE_BYTES = 4096

FileFault = tuple[str, Fault]
"""A code and what was seen."""


def whole_file_fault(head: bytes, read_to_end: Callable[[], bytes]) -> FileFault | None:
    """What makes the whole file unreadable as JSON Lines, or None where its lines may be judged one by one.

    Args:
        head: the first bytes, `HEAD_BYTES` or the whole file.
        read_to_end: reads the rest of the file and gives its last bytes; archives keep their directory there.
    """
    if not head.strip():
        return None
    if head.startswith((ZIP_MAGIC, EMPTY_ZIP_MAGIC, GZIP_MAGIC)):
        return _archive_fault(head, read_to_end())
    if kind := named_kind(head):
        return "F008", _kind(kind)
    if encoding := _wide_encoding(head):
        return "F005", Fault(parameters={"encoding": encoding})
    if _is_binary(head):
        return "F008", _kind("binary")
    return _text_fault(_first_lines(head))


def _kind(kind: str) -> Fault:
    """A kind has a name that every language shares, or is a word of the catalogue."""
    return Fault(phrases={"kind": f"kinds.{kind}"}) if kind in _KINDS_IN_WORDS else Fault(parameters={"kind": kind})


def _wide_encoding(head: bytes) -> str | None:
    """UTF-16 or UTF-32, by its mark or because ASCII leaves every second, or three of four, bytes empty."""
    for mark, encoding in _WIDE_MARKS.items():
        if head.startswith(mark):
            return encoding
    sample = head[:_SAMPLE_BYTES]
    empty = [sample[offset::4].count(0) * 4 > len(sample) * _SIGNIFICANT_SHARE for offset in range(4)]
    return {2: "UTF-16", 3: "UTF-32"}.get(sum(empty))


def _archive_fault(head: bytes, tail: bytes) -> FileFault:
    if head.startswith(GZIP_MAGIC):
        is_bomb = gzip_size_bytes(tail) > LARGEST_UNPACKED_BYTES
        return ("F020", Fault(phrases={"what": "archives.expands"})) if is_bomb else ("F002", _extension(".gz"))
    members = zip_members(tail)
    if any(member.name == "xl/workbook.xml" for member in members):
        return "F008", Fault(parameters={"kind": "XLSX"})
    if sum(member.size_bytes for member in members) > LARGEST_UNPACKED_BYTES:
        return "F020", Fault(phrases={"what": "archives.expands"})
    if len(members) == 1:
        return "F002", _extension(".zip")
    what = "archives.many" if members else "archives.none"
    return "F020", Fault(evidence=", ".join(member.name for member in members), phrases={"what": what})


def _extension(extension: str) -> Fault:
    return Fault(evidence=extension, parameters={"extension": extension})


def named_kind(head: bytes) -> str | None:
    """What a file that is no text calls itself in its first bytes; None where it says nothing."""
    return next((kind for magic, kind in _BINARY_KINDS.items() if head.startswith(magic)), None)


def _is_binary(head: bytes) -> bool:
    is_text_like = head.removeprefix(BYTE_ORDER_MARK).lstrip()[:1] in {b"{", b"[", b'"'}
    sample = head[:_SAMPLE_BYTES]
    return not is_text_like and len(_CONTROL.findall(sample)) * 20 > len(sample)


def _first_lines(head: bytes) -> list[str]:
    """The first lines that are not blank; the last one is left out where the head may have cut it."""
    lines = head.removeprefix(BYTE_ORDER_MARK).decode("utf-8", "replace").splitlines()
    whole = lines[:-1] if len(head) >= HEAD_BYTES and len(lines) > 1 else lines
    return [line.strip() for line in whole if line.strip()][:_LINES_TO_JUDGE]


def _text_fault(lines: list[str]) -> FileFault | None:
    if not lines:
        return None
    if _is_json_document(lines):
        return "F007", Fault(line=1)
    if any(line.startswith("{") or _is_json(line) for line in lines):
        return None
    return "F008", _kind(_text_kind(lines))


def _is_json_document(lines: list[str]) -> bool:
    """One array or one object for the whole file, or objects spread over several lines each."""
    first = lines[0]
    whole_objects = sum(line.startswith("{") and _is_json(line) for line in lines[1:])
    if _is_json(first):
        return len(lines) == 1 and _holds_rows(json.loads(first))
    if first.startswith("["):
        return whole_objects * 2 <= len(lines)
    if not first.startswith("{") or len(lines) == 1:
        return False
    looks_like_a_part = sum(line[0] in '"{}[]' for line in lines)
    return looks_like_a_part * 10 >= len(lines) * 9 and whole_objects * 2 <= len(lines) and lines[1][0] in '"}]['


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _holds_rows(value: object) -> bool:
    """A list of objects, or an object with nothing but such a list under a key that is no row's, such as `data`."""
    if isinstance(value, dict) and len(value) == 1 and not value.keys() & {*CHAT_KEYS, *FOREIGN_CHAT_KEYS}:
        value = next(iter(value.values()))
    return isinstance(value, list) and all(isinstance(item, dict) for item in value) and bool(value)


def _text_kind(lines: list[str]) -> str:
    for separator, kind in (("\t", "TSV"), (",", "CSV"), (";", "CSV")):
        if _is_table(lines, separator):
            return kind
    yaml_lines = sum(bool(_YAML_LINE.match(line)) for line in lines)
    return "YAML" if yaml_lines * 2 > len(lines) else "text"


def _is_table(lines: list[str], separator: str) -> bool:
    """Whether the lines are rows of the same number of cells, two or more; a quoted cell may run over lines."""
    try:
        rows = list(csv.reader(lines, delimiter=separator))
    except csv.Error:
        return False
    widths = [len(row) for row in rows]
    commonest = max(set(widths), key=widths.count)
    return commonest > 1 and len(rows) > 1 and widths.count(commonest) * 10 >= len(widths) * 8
