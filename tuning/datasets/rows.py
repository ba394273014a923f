"""From lines to rows: what is wrong with the bytes of each line, and the objects that can be judged further."""

from collections.abc import Iterator
from typing import Any

from tuning.datasets.careful_parsing import UNREADABLE, ParsedLine, beyond_limit
from tuning.datasets.evidence import as_written
from tuning.datasets.findings import Finding
from tuning.datasets.lines import Lines, RawLine
from tuning.datasets.parsing import parse_line, plain_row
from tuning.datasets.plain_chat import PlainChat
from tuning.datasets.rules import Fault, found
from tuning.datasets.rules.json_types import type_phrase
from tuning.datasets.tally import FindingsTally


class Row:
    """An object, and where it stands."""

    __slots__ = ("_fields", "example", "line", "plain", "size_bytes")

    def __init__(
        self, line: int, example: int, size_bytes: int, fields: dict[str, Any] | None, plain: PlainChat | None = None
    ) -> None:
        self.line, self.example = line, example
        self.size_bytes = size_bytes
        """Of the line."""
        self.plain = plain
        """The object where it is plain chat; `fields` may be None then."""
        self._fields = fields

    @property
    def fields(self) -> dict[str, Any]:
        """The object as JSON."""
        if self._fields is None:
            self._fields = self.plain.fields if self.plain else {}
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
        for raw in self._lines:
            if not raw.content.strip():
                continue
            if raw.number > self.last_filled_line + 1:
                self._tally.add(blank_lines(self.last_filled_line, raw.number))
            self.last_filled_line = raw.number
            self.examples += 1
            plain = None if raw.is_oversized else plain_row(raw.content)
            if plain is not None:
                yield Row(raw.number, self.examples, len(raw.content), None, plain)
                continue
            value = self._read(raw)
            if isinstance(value, dict):
                yield Row(raw.number, self.examples, len(raw.content), value)

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
