"""The slow, strict reading of a line: it tells everything that is wrong with the bytes."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from tuning.datasets.paths import Place, places
from tuning.datasets.rules import Fault
from tuning.datasets.syntax import is_cut, syntax_fault

DEEPEST_NESTING: Final = 64
"""Objects and lists inside each other. Our choice: no provider's schema comes near."""

LONGEST_NUMBER: Final = 308
"""Digits: what a double, JSON's usual number, can hold."""

UNREADABLE: Final = object()
"""The value of a line that is not JSON."""

CONTROL_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_ASCII = 0x80
_HIGH_PAIRS = re.compile(rb"[\x80-\xff]{2,}")


@dataclass(frozen=True, slots=True)
class ParsedLine:
    """A line's value, or UNREADABLE, and what is wrong with its bytes, each fault with its code."""

    value: Any
    faults: tuple[tuple[str, Fault], ...] = ()
    is_cut: bool = False
    """The line ends in the middle of its value."""


class _Reader:
    """Python's own parser, with an eye on what it would pass over in silence."""

    def __init__(self) -> None:
        self.repeated: list[tuple[dict[str, Any], str, int]] = []
        self.constants: dict[str, None] = {}
        self.has_huge_number = False
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object, parse_int=self._integer, parse_float=self._float, parse_constant=self._word
        )

    def read(self, text: str) -> object:
        return self._decoder.decode(text)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            times = Counter(key for key, _ in pairs)
            self.repeated += [(made, key, n) for key, n in times.items() if n > 1]
        return made

    def _integer(self, digits: str) -> int:
        if len(digits) > LONGEST_NUMBER:
            self.has_huge_number = True
            return 0
        return int(digits)

    def _float(self, digits: str) -> float:
        number = float(digits)
        self.has_huge_number |= math.isinf(number)
        return number

    def _word(self, name: str) -> float:
        self.constants[name] = None
        return math.nan


def read_carefully(line: bytes) -> ParsedLine:
    """The value of one line and every fault of its bytes. Never raises."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        stops_inside_a_character = error.reason == "unexpected end of data" and error.end == len(line)
        return ParsedLine(UNREADABLE, (("F004", _not_utf8(line, error.start)),), is_cut=stops_inside_a_character)
    reader = _Reader()
    try:
        value = reader.read(text)
    except RecursionError:
        return beyond_limit("nesting")
    except json.JSONDecodeError as error:
        return _not_json(text, error)
    if reader.has_huge_number:
        return beyond_limit("number")
    inside = list(places(value))
    if max(place.depth + isinstance(place.value, dict | list) for place in inside) > DEEPEST_NESTING:
        return beyond_limit("nesting")
    faults = tuple(_quiet_faults(inside, reader))
    has_broken_characters = any(code == "F016" for code, _ in faults)
    return ParsedLine(_without_surrogates(value) if has_broken_characters else value, faults)


def beyond_limit(which: str) -> ParsedLine:
    """What becomes of a line that breaks the safety limit `which`: line, nesting or number."""
    return ParsedLine(UNREADABLE, (("F018", Fault(phrases={"which": f"limits.{which}"})),))


def _without_surrogates(value: object) -> object:
    """The value with every half character replaced, so that it can be counted, stored and sent."""
    written = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    readable: object = json.loads(written)
    return readable


def _quiet_faults(inside: list[Place], reader: _Reader) -> Iterator[tuple[str, Fault]]:
    """What Python's parser would have let through."""
    for holder, key, times in reader.repeated:
        path = next((place.path for place in inside if place.value is holder), "")
        yield "F014", Fault(path=path or key, evidence=key, parameters={"key": key, "n": times})
    for name in reader.constants:
        yield "F015", Fault(evidence=name, parameters={"value": name})
    for code, pattern, sign in (("F016", _LONE_SURROGATE, "\\u{:04x}"), ("F017", CONTROL_CHARACTER, "U+{:04X}")):
        for place, text in _texts(inside):
            if character := pattern.search(text):
                written = sign.format(ord(character.group()))
                yield code, Fault(path=place.path, evidence=text, parameters={"character": written})
                break


def _texts(inside: list[Place]) -> Iterator[tuple[Place, str]]:
    for place in inside:
        if isinstance(place.value, str):
            yield place, place.value
        elif isinstance(place.value, dict):
            yield from ((place, key) for key in place.value)


def _not_json(text: str, error: json.JSONDecodeError) -> ParsedLine:
    if error.msg == "Extra data" and (count := _values_on(text)) > 1:
        return ParsedLine(UNREADABLE, (("F012", Fault(evidence=text, parameters={"n": count})),))
    fault = syntax_fault(text, error)
    finding = Fault(
        column=fault.column,
        evidence=fault.seen,
        parameters={"column": fault.column},
        phrases={"reason": f"syntax.{fault.reason}"},
    )
    return ParsedLine(UNREADABLE, (("F011", finding),), is_cut(fault))


def _values_on(text: str) -> int:
    """How many whole JSON values stand on a line, commas between them allowed; 0 if anything else does."""
    decoder, position, count = json.JSONDecoder(), 0, 0
    while rest := text[position:].lstrip(" \t\r,"):
        try:
            _, length = decoder.raw_decode(rest)
        except (json.JSONDecodeError, RecursionError):
            return 0
        position, count = len(text) - len(rest) + length, count + 1
    return count


def _not_utf8(line: bytes, position: int) -> Fault:
    encoding = likely_encoding(line)
    around = line[max(position - 20, 0) : position + 60].decode(encoding, "replace")
    return Fault(column=position + 1, evidence=around, parameters={"byte": position + 1, "encoding": encoding})


def likely_encoding(line: bytes) -> str:
    """Chinese in GB 18030 has its high bytes in pairs, Western text in Windows-1252 has them one by one."""
    paired = sum(map(len, _HIGH_PAIRS.findall(line)))
    return "GB18030" if paired * 5 > sum(byte >= _ASCII for byte in line) * 4 else "Windows-1252"
