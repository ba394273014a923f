"""Telling a person why a line is not JSON, in words rather than in a parser's."""

import json
import re
from typing import NamedTuple


class SyntaxFault(NamedTuple):
    """Where JSON ends and why; `reason` is the last part of a key of the catalogue, `syntax.<reason>`."""

    reason: str
    column: int
    """The character in the line, from 1."""
    seen: str
    """What stands there, a few characters of it."""


_SMART_QUOTES = "“”„‟‘’‚‛«»＂"
_INVISIBLE = re.compile("[\u00a0\u200b-\u200f\u2028-\u202f\u2060\u3000\ufeff]")
_PYTHON_OR_JAVASCRIPT = re.compile(r"(?:True|False|None|undefined|null\w+)\b")
_AT_PARSERS_WORD = {
    "Invalid \\escape": "bad_escape",
    "Invalid \\uXXXX escape": "bad_escape",
    "Invalid control character at": "raw_control",
    "Expecting ':' delimiter": "missing_colon",
}


def syntax_fault(line: str, error: json.JSONDecodeError) -> SyntaxFault:
    """The fault that made Python's parser give up on `line` with `error`."""
    position = error.pos
    if error.msg.startswith("Unterminated string"):
        return SyntaxFault("cut_in_text", position + 1, line[position : position + 12])
    if position >= len(line.rstrip()):
        return SyntaxFault("cut", len(line.rstrip()) + 1, line.rstrip()[-12:])
    reason, place = _reason_at(line, position, error.msg)
    return SyntaxFault(reason, place + 1, line[place : place + 12])


def is_cut(fault: SyntaxFault) -> bool:
    """Whether the line simply ends too early, as the last line of an interrupted download does."""
    return fault.reason in {"cut", "cut_in_text"}


def _reason_at(line: str, position: int, parsers_word: str) -> tuple[str, int]:
    for word, reason in _AT_PARSERS_WORD.items():
        if parsers_word.startswith(word):
            return reason, position
    if not line[position:].strip(" ,"):
        return "trailing_comma", position
    comma = _comma_before(line, position)
    if line[position] in "}]" and comma is not None:
        return "trailing_comma", comma
    return _reason_by_character(line, position) or _reason_by_expectation(line, position, parsers_word), position


def _comma_before(line: str, position: int) -> int | None:
    before = line[:position].rstrip()
    return len(before) - 1 if before.endswith(",") else None


def _reason_by_character(line: str, position: int) -> str | None:
    character = line[position]
    if character == "'":
        return "single_quotes"
    if character in _SMART_QUOTES:
        return "smart_quotes"
    if character == "#" or line.startswith(("//", "/*"), position):
        return "comment"
    if _INVISIBLE.match(character):
        return "invisible"
    return "python_value" if _PYTHON_OR_JAVASCRIPT.match(line, position) else None


def _reason_by_expectation(line: str, position: int, parsers_word: str) -> str:
    if parsers_word.startswith("Expecting property name"):
        return "unquoted_key" if line[position].isidentifier() else "unexpected"
    if parsers_word.startswith("Expecting ',' delimiter"):
        return "missing_comma" if line[position] in '"{[' else _after_a_text(line, position)
    return "unexpected"


def _after_a_text(line: str, position: int) -> str:
    """A quotation mark inside a text ends it too early, and letters follow it."""
    return "unescaped_quote" if line[:position].rstrip().endswith('"') and line[position] not in "}]" else "unexpected"
