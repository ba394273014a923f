"""Lines that need no closer look at their bytes and their shape: plain chat, and chat that calls tools as it should."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple, TypeAlias

import msgspec

from tuning.datasets import calling_chat, plain_chat
from tuning.datasets.calling_chat import CallingChat
from tuning.datasets.declared_tools import NO_TOOLS, DeclaredTools, declared_in
from tuning.datasets.parsing import SIGNS_OF_CONTROL_CHARACTERS, keys_in_bytes
from tuning.datasets.plain_chat import PlainChat

UsualChat: TypeAlias = PlainChat | CallingChat

_AMBIGUOUS: Final = b'\\\\"'
"""Either the end of a text that ends with a backslash, or a backslash and a quotation mark inside a text."""

_CONTROLS: Final = bytes([*range(9), 11, 12, *range(14, 32), 127])
_LATE_CONTROL: Final = re.compile(b"\xc2[\x80-\x9f]")
"""U+0080 to U+009F in UTF-8."""


class PlainLine(NamedTuple):
    """A line of one of the two usual shapes, with whose bytes nothing is wrong."""

    row: UsualChat
    texts: list[str]
    """What its messages say and call."""
    is_bare: bool
    """Whether it is plain chat whose messages are known to have no `name` and no `weight`."""


def plain_lines(lines: Sequence[bytes]) -> list[PlainLine | None]:
    """The lines that are of a usual shape; None where somebody must look closer.

    What would be seen in one line's bytes is looked for in all of them at once, and line by line only where it is there.
    """
    rows = [plain_chat.decoded(line) or _calling(line) for line in lines]
    found = [(line, row, _texts(row)) for line, row in zip(lines, rows, strict=True) if row]
    countable = [(line, row) for line, row, _ in found if _AMBIGUOUS not in line]
    # No row has fewer quotation marks than it needs: where all have no more, none has a doubled key or one to spare.
    are_bare = _quotes(b"\n".join([line for line, _ in countable])) == sum(
        [_needed_quotes(row) for _, row in countable]
    )
    are_clean = _are_clean([text for _, _, texts in found for text in texts])
    plain = (
        PlainLine(row, texts, is_bare and isinstance(row, PlainChat))
        if (is_bare or keys_in_bytes(line) == keys_of(row))
        and (are_clean or _are_clean(texts))
        and not _calls_oddly(row, line)
        else None
        for line, row, texts in found
        for is_bare in (are_bare and _AMBIGUOUS not in line,)
    )
    return [next(plain) if row else None for row in rows]


def tools_of(row: CallingChat) -> DeclaredTools | None:
    """What a row declares; None where something is wrong with its tools."""
    return NO_TOOLS if isinstance(row.tools, msgspec.UnsetType) else declared_in(bytes(row.tools))


def keys_of(row: UsualChat) -> int:
    """How many keys a row has, at every depth."""
    tools = tools_of(row) if isinstance(row, CallingChat) else None
    return row.keys + tools.keys if tools else row.keys


def _calling(line: bytes) -> CallingChat | None:
    row = calling_chat.decoded(line) if b'"tool' in line else None
    return row if row and tools_of(row) else None


def _texts(row: UsualChat) -> list[str]:
    return [message.content for message in row.messages] if isinstance(row, PlainChat) else row.texts


def _quotes(lines: bytes) -> int:
    """How many quotation marks begin and end keys and texts, where none of these ends with a backslash."""
    return lines.count(b'"') - lines.count(b'\\"')


def _needed_quotes(row: UsualChat) -> int:
    """How many of these a row has at least: without any `name` and `weight` of plain chat."""
    if isinstance(row, PlainChat):
        return row.needed_quotes
    return row.quotes + (_quotes(bytes(row.tools)) if isinstance(row.tools, msgspec.Raw) else 0)


def _are_clean(texts: list[str]) -> bool:
    """Whether no text is blank, and none has a control character."""
    said = "\n".join(texts).encode()
    has_controls = len(said.translate(None, _CONTROLS)) < len(said) or _LATE_CONTROL.search(said)
    return not has_controls and not any(map(str.isspace, texts))


def _calls_oddly(row: UsualChat, line: bytes) -> bool:
    """Whether a call or what belongs to it may have a control character."""
    return isinstance(row, CallingChat) and any(sign in line for sign in SIGNS_OF_CONTROL_CHARACTERS)
