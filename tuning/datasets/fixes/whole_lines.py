"""Repairs of lines whose bytes or JSON are wrong: what they yield is rows again."""

import ast
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from tuning.datasets.careful_parsing import CONTROL_CHARACTER, UNREADABLE, likely_encoding
from tuning.datasets.parsing import parse_line

LINE_CODES: Final = ("F004", "F011", "F012", "F013", "F014", "F015", "F016", "F017")

_STRAIGHT = str.maketrans({**dict.fromkeys("“”„‟«»＂", '"'), **dict.fromkeys("‘’‚‛", "'")})
_TEXT_OR_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*(?:[}\]]|$))')
_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|\s*(?://|#).*$|/\*.*?\*/')
_LONGEST_REPAIR: Final = 1_000_000
"""Characters of a line that repairs are tried on."""


def rows_of(value: object, codes: frozenset[str], line: bytes) -> Iterator[object]:
    """The values that a line with the faults `codes` becomes; none where it is to be removed.

    Args:
        value: what the careful parser made of it, or UNREADABLE.
    """
    if "F012" in codes:
        yield from _values_on(line.decode("utf-8"))
    elif "F011" in codes:
        yield repaired(line.decode("utf-8"))
    elif value is UNREADABLE or not isinstance(value, dict):
        return
    else:
        yield _cleaned(value, codes)


def reencoded(line: bytes) -> bytes:
    """A line that isn't UTF-8, read in the encoding that it looks like."""
    return line.decode(likely_encoding(line), "replace").encode("utf-8")


def repaired(text: str) -> object:
    """The object that a line was meant to be, or UNREADABLE where only a person can tell.

    Tried are trailing commas, comments, typographic quotation marks, and Python's way to write an object. Texts inside
    quotation marks stay as they are.
    """
    if len(text) > _LONGEST_REPAIR:
        return UNREADABLE
    for attempt in (_without_comments, _with_straight_quotes):
        candidate = _TEXT_OR_COMMA.sub(lambda found: found[1] or "", attempt(text))
        parsed = parse_line(candidate.strip().encode("utf-8", "replace"))
        if isinstance(parsed.value, dict) and not parsed.faults:
            return parsed.value
    return _as_python(text)


def _without_comments(text: str) -> str:
    return _COMMENT.sub(lambda found: found[1] or "", text)


def _with_straight_quotes(text: str) -> str:
    """Only where no straight one is used: else the typographic ones may be part of a text."""
    return text if '"' in text else text.translate(_STRAIGHT)


def _as_python(text: str) -> object:
    try:
        value = ast.literal_eval(text.strip().rstrip(","))
        written = json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
        return json.loads(written) if isinstance(value, dict) else UNREADABLE
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return UNREADABLE


def _values_on(text: str) -> Iterator[object]:
    decoder, position = json.JSONDecoder(), 0
    while rest := text[position:].lstrip(" \t\r,"):
        _, length = decoder.raw_decode(rest)
        parsed = parse_line(rest[:length].encode("utf-8"))
        yield UNREADABLE if parsed.faults else parsed.value
        position = len(text) - len(rest) + length


def _cleaned(value: Mapping[str, Any], codes: frozenset[str]) -> object:
    """F014 and F016 need nothing more: the careful parser kept the last of equal keys, and replaced half characters."""
    cleaned: object = value
    if "F015" in codes:
        cleaned = _mapped(cleaned, lambda item: None if isinstance(item, float) and not math.isfinite(item) else item)
    if "F017" in codes:
        cleaned = _mapped(cleaned, lambda item: CONTROL_CHARACTER.sub("", item) if isinstance(item, str) else item)
    return cleaned


def _mapped(value: object, change: Callable[[object], object]) -> object:
    if isinstance(value, dict):
        return {str(change(key)): _mapped(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [_mapped(item, change) for item in value]
    return change(value)
