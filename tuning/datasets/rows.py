"""From lines to rows: what is wrong with the bytes of each line, and the objects that can be judged further."""

from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

from tuning.datasets.careful_parsing import UNREADABLE, ParsedLine, beyond_limit
from tuning.datasets.evidence import as_written
from tuning.datasets.findings import Finding
from tuning.datasets.lines import Lines, RawLine
from tuning.datasets.parsing import parse_line
from tuning.datasets.plain_lines import PlainLine, plain_lines
from tuning.datasets.rules import Fault, found
from tuning.datasets.rules.json_types import type_phrase
from tuning.datasets.tally import FindingsTally

LINES_AT_ONCE: Final = 200
"""Lines that are read, and rows that are judged, together; fewer where they are long."""

_BYTES_AT_ONCE: Final = 1 << 20


class Row:
    """An object, and where it stands."""

    __slots__ = ("_fields", "example", "line", "plain")

    def __init__(
        self,
        line: int,
        example: int,
        fields: dict[str, Any] | None,
        plain: PlainLine | None = None,
    ) -> None:
        self.line, self.example = line, example
        self.plain = plain
        """The object where it is chat of a usual shape; `fields` may be None then."""
        self._fields = fields

    @property
    def nameless(self) -> PlainLine | None:
        """The object where it is chat of a usual shape without names."""
        plain = self.plain
        return plain if plain and (plain.is_bare or not plain.row.has_names) else None

    @property
    def fields(self) -> dict[str, Any]:
        """The object as JSON."""
        if self._fields is None:
            self._fields = self.plain.row.fields if self.plain else {}
        return self._fields


def blank_lines(last_filled_line: int, next_filled_line: int) -> Iterator[Finding]:
    """What is said of blank lines between two others."""
    for line in range(last_filled_line + 1, next_filled_line):
        yield found("F009", Fault(), line)


def blank_end(last_filled_line: int, lines: int) -> Iterator[Finding]:
    """What is said of blank lines at the end of a file."""
    if 0 < last_filled_line < lines:
        yield found("F009", Fault(severity="I"), last_filled_line + 1)


class Rows:
    """The objects of a file, one a line; everything else is reported on the way.

    An example is every line that is not blank, readable or not: so the providers count.
    """

    def __init__(self, lines: Lines, tally: FindingsTally) -> None:
        self._lines = lines
        self._tally = tally
        self.examples = 0
        self.last_filled_line = 0
        """0 while no line has anything on it."""

    def __iter__(self) -> Iterator[Row]:
        return chain.from_iterable(self.blocks())

    def blocks(self) -> Iterator[list[Row]]:
        """The rows of at most 200 neighbouring lines, and of little more than a mebibyte, at a time."""
        block: list[RawLine] = []
        size_bytes = 0
        for raw in self._lines:
            if not raw.content or raw.content.isspace():
                continue
            block.append(raw)
            size_bytes += len(raw.content)
            if len(block) >= LINES_AT_ONCE or size_bytes >= _BYTES_AT_ONCE:
                yield self._rows(block)
                block, size_bytes = [], 0
        if block:
            yield self._rows(block)

    def _rows(self, block: list[RawLine]) -> list[Row]:
        rows = []
        for raw, plain in zip(block, plain_lines([raw.content for raw in block]), strict=True):
            if raw.number > self.last_filled_line + 1:
                self._tally.add(blank_lines(self.last_filled_line, raw.number))
            self.last_filled_line = raw.number
            self.examples += 1
            row = self._row(raw, plain)
            if row:
                rows.append(row)
        return rows

    def _row(self, raw: RawLine, plain: PlainLine | None) -> Row | None:
        if plain and not raw.is_oversized:
            return Row(raw.number, self.examples, None, plain)
        value = self._read(raw)
        return Row(raw.number, self.examples, value) if isinstance(value, dict) else None

    def _read(self, raw: RawLine) -> object:
        parsed = beyond_limit("line") if raw.is_oversized else parse_line(raw.content)
        for told, fault in parsed.faults:
            code = "F021" if _is_truncated(raw, parsed) else told
            self._tally.add([found(code, fault, raw.number, self.examples)])
        if parsed.value is not UNREADABLE and not isinstance(parsed.value, dict):
            wrong_type = Fault(evidence=as_written(parsed.value), phrases={"type": type_phrase(parsed.value)})
            self._tally.add([found("F013", wrong_type, raw.number, self.examples)])
        return parsed.value


def _is_truncated(raw: RawLine, parsed: ParsedLine) -> bool:
    """The very last bytes of the file stop in the middle of a value, as after an interrupted download."""
    return parsed.is_cut and not raw.has_newline
