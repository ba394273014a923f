"""Reading one line as strict JSON: fast where nothing is wrong, carefully where something may be.

msgspec refuses NaN, lone surrogates and bytes that are not UTF-8, but like every fast parser it keeps the last of
two equal keys in silence. So the keys in the bytes are counted against the keys in the value; only where the two
differ, or a byte looks suspicious, is the line read a second time by a parser that tells.
"""

import re
from typing import Any

import msgspec

from tuning.datasets.careful_parsing import DEEPEST_NESTING, LONGEST_NUMBER, ParsedLine, beyond_limit, read_carefully

_FAST = msgspec.json.Decoder()
_KEY = re.compile(rb'"\s*:')
_SIGNS_OF_CONTROL_CHARACTERS = (b"\\u00", b"\\b", b"\\f", b"\x7f", b"\xc2")
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
    if any(sign in line for sign in _SIGNS_OF_CONTROL_CHARACTERS):
        return True
    if line.count(b"[") + line.count(b"{") > DEEPEST_NESTING:
        return True
    return _keys_in_bytes(line) != _keys_in_value(value)


def _keys_in_bytes(line: bytes) -> int:
    """How many keys the bytes may hold; quotation marks inside a text can only make it more."""
    has_spaced_colons = b" :" in line or b"\t:" in line or b"\r:" in line
    return len(_KEY.findall(line)) if has_spaced_colons else line.count(b'":')


def _keys_in_value(value: object) -> int:
    """How many keys the value has kept, or -1 where a number in it is beyond every limit."""
    keys = 0
    waiting: list[Any] = [value]
    while waiting:
        item = waiting.pop()
        kind = type(item)
        if kind is dict:
            keys += len(item)
            waiting.extend(item.values())
        elif kind is list:
            waiting.extend(item)
        elif kind is int and abs(item) >= _LARGEST_NUMBER:
            return -1
    return keys
