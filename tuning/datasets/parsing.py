"""Reading one line as strict JSON: fast where nothing is wrong, carefully where something may be.

msgspec refuses NaN, lone surrogates and bytes that are not UTF-8, but like every fast parser it keeps the last of
two equal keys in silence. So the keys in the bytes are counted against the keys in the value; only where the two
differ, or a byte looks suspicious, is the line read a second time by a parser that tells.
"""

import re
from typing import Any

import msgspec

from tuning.datasets.careful_parsing import (
    CONTROL_CHARACTER,
    DEEPEST_NESTING,
    LONGEST_NUMBER,
    ParsedLine,
    beyond_limit,
    read_carefully,
)

_FAST = msgspec.json.Decoder()
_SPACED_KEY = re.compile(rb'"(?<!\\")\s+:')
SIGNS_OF_CONTROL_CHARACTERS = (b"\\u00", b"\\b", b"\\f", b"\x7f", b"\xc2")
_LARGEST_NUMBER = 10**LONGEST_NUMBER


def parse_line(line: bytes) -> ParsedLine:
    """The value of one line that is not blank, and what is wrong with its bytes. Never raises."""
    try:
        value = _FAST.decode(line)
    except RecursionError:
        return beyond_limit("nesting")
    except (msgspec.DecodeError, ValueError):
        return read_carefully(line)
    return read_carefully(line) if _is_suspicious(line, value) else ParsedLine(value)


def _is_suspicious(line: bytes, value: object) -> bool:
    """Whether a value that parsed may still hide a doubled key, a control character or something huge."""
    if line.count(b"[") + line.count(b"{") > DEEPEST_NESTING or b'\\\\":' in line:
        return True
    looks_closer = any(sign in line for sign in SIGNS_OF_CONTROL_CHARACTERS)
    return keys_in_bytes(line) != keys_in_value(value, looks_closer=looks_closer)


def keys_in_bytes(line: bytes) -> int:
    """How many keys the bytes hold, if none ends with a backslash: inside a text a quotation mark has one before it."""
    return line.count(b'":') - line.count(b'\\":') + _spaced_keys(line)


def _spaced_keys(line: bytes) -> int:
    """How many keys have blanks before their colon."""
    if b"  :" in line or b"\t" in line or b"\r" in line:
        return len(_SPACED_KEY.findall(line))
    return line.count(b'" :') - line.count(b'\\" :')


def keys_in_value(value: object, *, looks_closer: bool = False) -> int:
    """How many keys the value has kept, or -1 where a number or a character in it needs a closer look."""
    keys = 0
    waiting: list[Any] = [value]
    while waiting:
        item = waiting.pop()
        kind = type(item)
        if kind is dict:
            keys += len(item)
            waiting.extend(item.values())
            if looks_closer:
                waiting.extend(item)
        elif kind is list:
            waiting.extend(item)
        elif (kind is int and abs(item) >= _LARGEST_NUMBER) or (
            looks_closer and kind is str and CONTROL_CHARACTER.search(item)
        ):
            return -1
    return keys
