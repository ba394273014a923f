"""Repairing lines one after another, each until nothing of what was asked for is wrong with it."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import IO, Final, NamedTuple

from storage.rows import DatasetFormat
from tuning.datasets.careful_parsing import UNREADABLE
from tuning.datasets.fingerprints import of_passages
from tuning.datasets.fixes.changes import Changes
from tuning.datasets.fixes.line_map import LineMapper
from tuning.datasets.fixes.messages import Row, RowFix, to_messages
from tuning.datasets.fixes.registry import COPIES, FOREIGN, IN_PLACE, repairable
from tuning.datasets.fixes.whole_lines import reencoded, rows_of
from tuning.datasets.formats import is_foreign
from tuning.datasets.lines import BYTE_ORDER_MARK, RawLine
from tuning.datasets.parsing import parse_line
from tuning.datasets.passages import Said
from tuning.datasets.provider_facts import ProviderFacts
from tuning.datasets.rules import Fault
from tuning.datasets.writing import line_of
from tuning.errors import CannotFix

_MOST_REPAIRS: Final = 200
"""Of one row, one after another. A row that would need more is left as it is."""

_MOST_READINGS: Final = 8
"""Of one line: a repaired line is read again, for something else may be wrong in it."""

_KEPT_FAULTS: Final = frozenset({"F014", "F015", "F016"})
"""Writing a line anew would settle these silently."""


class _Repaired(NamedTuple):
    """One step on a row's way."""

    code: str
    before: Row
    after: Row | None


class Repair:
    """Goes through the lines of one file, once."""

    def __init__(
        self, codes: frozenset[str], provider: ProviderFacts, file_format: DatasetFormat, target: IO[bytes]
    ) -> None:
        self._codes = codes
        self._provider = provider
        self._target = target
        self.format = file_format
        self.changes = Changes()
        self.mapper = LineMapper()
        self._said: set[int] = set()
        self.rows = 0

    def begin(self, *, has_mark: bool) -> None:
        """Write a byte-order mark where one belongs."""
        belongs = {"wanted": True, "refused": False, "ignored": has_mark}[self._provider.byte_order_mark]
        is_wanted = belongs if "F006" in self._codes else has_mark
        if is_wanted:
            self._target.write(BYTE_ORDER_MARK)
        self.changes.add_many("F006", int(is_wanted != has_mark))

    def line(self, raw: RawLine) -> None:
        """Write what becomes of one line."""
        if raw.content.strip():
            lines = list(self._lines_of(raw))
            if not raw.has_newline and lines == [raw.content + b"\n"]:
                lines = [raw.content]
            for written in lines:
                self._target.write(written)
                self.mapper.add(raw.number)
                self.rows += 1
        elif "F009" in self._codes:
            self.changes.add_many("F009", 1)
        else:
            self._target.write(b"\n")
            self.mapper.add(raw.number)

    def _lines_of(self, raw: RawLine) -> Iterator[bytes]:
        """What becomes of a line that isn't blank."""
        if raw.is_oversized:
            raise CannotFix("line_long", line=raw.number)
        lines = [raw.content]
        for _ in range(_MOST_READINGS):
            read = [piece for line in lines for piece in self._settled(line, raw.number)]
            if read == lines:
                break
            lines = read
        for line in lines:
            yield from self._row(line, raw.number)

    def _settled(self, line: bytes, number: int) -> list[bytes]:
        """The lines that a line becomes when one thing that is wrong with its JSON is put right."""
        if "F004" in self._codes and not _is_utf8(line):
            decoded = reencoded(line)
            self.changes.add("F004", number, line, decoded)
            return [decoded]
        parsed = parse_line(line)
        faults = {code for code, _ in parsed.faults}
        if parsed.value is not UNREADABLE and not isinstance(parsed.value, dict):
            faults.add("F013")
        wanted = frozenset(faults & self._codes)
        if not wanted or faults & _KEPT_FAULTS - wanted:
            return [line]
        values = list(rows_of(parsed.value, wanted, line))
        if any(value is UNREADABLE for value in values):
            return [line]
        pieces = [_written(value).rstrip(b"\n") for value in values]
        for code in sorted(wanted):
            self.changes.add(code, number, line, b"\n".join(pieces))
        return pieces

    def _row(self, line: bytes, number: int) -> Iterator[bytes]:
        """The line of a row after all its repairs; none where it is dropped."""
        parsed = parse_line(line)
        if not isinstance(parsed.value, dict) or {code for code, _ in parsed.faults} & _KEPT_FAULTS:
            yield line + b"\n"
            return
        repairs = list(islice(self._repairs(parsed.value), _MOST_REPAIRS))
        if len(repairs) == _MOST_REPAIRS:
            repairs = []
        for code, before, after in repairs:
            self.changes.add(code, number, _written(before), b"" if after is None else _written(after))
        row = repairs[-1].after if repairs else parsed.value
        written = _written(row) if repairs and row is not None else line + b"\n"
        if row is not None and COPIES in self._codes and self._is_copy(row):
            self.changes.add(COPIES, number, written, b"")
        elif row is not None:
            yield written

    def _repairs(self, row: Row) -> Iterator[_Repaired]:
        stuck: set[str] = set()
        while found := self._first_fault(row, stuck):
            code, repair, faults = found
            repaired: Row | None = row
            for fault in faults:
                repaired = repaired and repair(repaired, fault)
            # Python takes true, 1 and 1.0 for equal; as JSON they differ.
            if repaired is not None and _written(repaired) == _written(row):
                stuck.add(code)
                continue
            yield _Repaired(code, row, repaired)
            if repaired is None:
                return
            row = repaired

    def _first_fault(self, row: Row, stuck: set[str]) -> tuple[str, RowFix, list[Fault]] | None:
        wanted = self._codes - stuck
        if is_foreign(row, self.format):
            is_convertible = FOREIGN in wanted and self.format is DatasetFormat.CHAT
            return (FOREIGN, to_messages, [Fault()]) if is_convertible else None
        for code, repair, faults in repairable(row, self.format, self._provider):
            found = list(islice(faults(), None if code in IN_PLACE else 1)) if code in wanted else []
            if found:
                return code, repair, found
        return None

    def _is_copy(self, row: Row) -> bool:
        """Whether an earlier row says the same, blanks aside; so the rule on copies counts them."""
        said = Said.of(row, self.format)
        if not said.answered:
            return False
        whole = of_passages(said.passages)
        is_copy = whole in self._said
        self._said.add(whole)
        return is_copy


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _written(row: object) -> bytes:
    """A row's line; NaN and half characters can't be in it, for lines with those are never written anew."""
    return line_of(row) if isinstance(row, dict) else json.dumps(row, ensure_ascii=False).encode() + b"\n"
