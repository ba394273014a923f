"""Objects of JSON files of any layout, one after another, without holding the file in memory."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final, TextIO

from tuning.datasets.careful_parsing import DEEPEST_NESTING
from tuning.datasets.convert.records import Record
from tuning.datasets.lines import LONGEST_LINE_BYTES
from tuning.datasets.paths import places
from tuning.errors import CannotConvert

_READ_CHARACTERS: Final = 1 << 20
_CUT_SHORT: Final = 16
"""A fault so near to the end of what was read may be the end's own."""

_WRAPPER = re.compile(r'\s*\{\s*"(?:data|rows|examples|records|items|train|dataset)"\s*:\s*(?=\[)')
_FILLING = " \t\r\n,"


def is_wrapped(text: str) -> bool:
    """Whether a file begins with one object that holds all rows under a key such as `data`."""
    return _WRAPPER.match(text) is not None


def objects(stream: TextIO) -> Iterator[Record]:
    """The objects of a JSON array, of an array under a key such as `data`, or written one after another.

    Raises:
        CannotConvert: something is no JSON, no object, or beyond a safety limit; it names the line.
    """
    window = _Window(stream)
    window.fill()
    if wrapper := _WRAPPER.match(window.text):
        window.move(wrapper.end())
    window.skip(_FILLING)
    is_array = window.next_character() == "["
    if is_array:
        window.move(1)
    while True:
        window.skip(_FILLING)
        following = window.next_character()
        if not following and is_array:
            raise CannotConvert("json_cut", line=window.line)
        if not following or (is_array and following == "]"):
            return
        line = window.line
        yield Record(line, _object(window.value(), line))


def objects_by_line(stream: TextIO) -> Iterator[Record]:
    """The objects of JSON Lines; blank lines are passed over.

    Raises:
        CannotConvert: as `objects`.
    """
    for line, text in enumerate(stream, start=1):
        if not text.strip():
            continue
        if len(text) > LONGEST_LINE_BYTES:
            raise CannotConvert("json_long", line=line)
        try:
            value = _DECODER.decode(text)
        except json.JSONDecodeError as error:
            raise CannotConvert("json", line=line, column=error.colno) from error
        except RecursionError as error:
            raise CannotConvert("json_deep", line=line) from error
        except _RepeatedKey as error:
            raise CannotConvert("json_key", line=line, key=str(error)) from error
        except ValueError as error:  # A whole number of more than 4,300 digits.
            raise CannotConvert("json_number", line=line) from error
        yield Record(line, _object(value, line))


class _RepeatedKey(Exception):
    """A parser would keep the last of two values in silence."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _RepeatedKey(next(key for key in keys if keys.count(key) > 1))
    return made


_DECODER = json.JSONDecoder(object_pairs_hook=_once)


class _Window:
    """The part of a text that has been read and not yet used."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._position = 0
        self.text = ""
        self.line = 1

    def fill(self, characters: int = _READ_CHARACTERS) -> bool:
        """Read on; False at the end of the file."""
        more = self._stream.read(characters)
        self.text = self.text[self._position :] + more
        self._position = 0
        return bool(more)

    def move(self, characters: int) -> None:
        self.line += self.text.count("\n", self._position, self._position + characters)
        self._position += characters

    def skip(self, characters: str) -> None:
        while True:
            rest = self._position
            while rest < len(self.text) and self.text[rest] in characters:
                rest += 1
            self.move(rest - self._position)
            if rest < len(self.text) or not self.fill():
                return

    def next_character(self) -> str:
        return self.text[self._position : self._position + 1]

    def value(self) -> object:  # noqa: C901 - a sentence for each way in which a value can't be read.
        """The JSON value that begins here."""
        wanted = _READ_CHARACTERS
        while True:
            try:
                value, end = _DECODER.raw_decode(self.text, self._position)
            except json.JSONDecodeError as error:
                is_cut = error.msg.startswith("Unterminated") or error.pos >= len(self.text) - _CUT_SHORT
                if len(self.text) - self._position > LONGEST_LINE_BYTES:
                    raise CannotConvert("json_long", line=self.line) from error
                if not is_cut or not self.fill(wanted):
                    line = self.line + self.text.count("\n", self._position, error.pos)
                    raise CannotConvert("json", line=line, column=error.colno) from error
            except RecursionError as error:
                raise CannotConvert("json_deep", line=self.line) from error
            except _RepeatedKey as error:
                raise CannotConvert("json_key", line=self.line, key=str(error)) from error
            except ValueError as error:  # A whole number of more than 4,300 digits.
                raise CannotConvert("json_number", line=self.line) from error
            else:
                self.move(end - self._position)
                return value
            wanted *= 2


def _object(value: object, line: int) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise CannotConvert("not_an_object", line=line)
    if max(place.depth for place in places(value)) > DEEPEST_NESTING:
        raise CannotConvert("json_deep", line=line)
    return value
