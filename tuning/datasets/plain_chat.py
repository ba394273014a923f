"""The commonest shape of a chat line, read and checked at the speed of C: rows that pass need no rule about shape."""

from typing import Annotated, Any, ClassVar, Literal

import msgspec

_Text = Annotated[str, msgspec.Meta(min_length=1)]
_Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,64}\Z")] | msgspec.UnsetType


class _Message(msgspec.Struct, tag_field="role", forbid_unknown_fields=True, gc=False):
    content: _Text
    name: _Name = msgspec.UNSET


class _System(_Message, tag="system"):
    letter: ClassVar[str] = "s"
    """As `shapes` reads it."""
    weight: ClassVar[msgspec.UnsetType] = msgspec.UNSET


class _User(_Message, tag="user"):
    letter: ClassVar[str] = "u"
    weight: ClassVar[msgspec.UnsetType] = msgspec.UNSET


class _Assistant(_Message, tag="assistant"):
    weight: Literal[0, 1] | msgspec.UnsetType = msgspec.UNSET

    @property
    def letter(self) -> str:
        return "a" if self.weight == 0 else "A"


class PlainChat(msgspec.Struct, forbid_unknown_fields=True):
    """A row that holds nothing but text messages of the three usual roles, none of them empty.

    Such a row, where no text is blank, satisfies every rule of `rules.chat_shape`, `rules.chat_messages` and `rules.chat_contents`.
    """

    messages: Annotated[list[_System | _User | _Assistant], msgspec.Meta(min_length=1)]

    @property
    def fields(self) -> dict[str, Any]:
        """The row as any other parser reads it; the keys of a message may stand in another order."""
        fields: dict[str, Any] = msgspec.to_builtins(self)
        return fields

    @property
    def speakers(self) -> str:
        """As `shapes` reads it."""
        return "".join([message.letter for message in self.messages])

    @property
    def needed_quotes(self) -> int:
        """How many quotation marks are around its keys and texts at least: without any `name` and `weight`."""
        return 2 + 8 * len(self.messages)

    @property
    def has_names(self) -> bool:
        """Whether a speaker has a name."""
        return any(one.name is not msgspec.UNSET for one in self.messages)

    @property
    def keys(self) -> int:
        """How many keys the row has, at every depth."""
        optional = sum([(one.name is not msgspec.UNSET) + (one.weight is not msgspec.UNSET) for one in self.messages])
        return 1 + 2 * len(self.messages) + optional


_DECODER = msgspec.json.Decoder(PlainChat)


def decoded(line: bytes) -> PlainChat | None:
    """A line as plain chat; None where it is something else, or no JSON. A doubled key passes in silence."""
    try:
        return _DECODER.decode(line)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None


def is_plain_chat(row: dict[str, Any]) -> bool:
    """Whether a row that was read otherwise is plain chat without a blank text."""
    try:
        chat = msgspec.convert(row, PlainChat)
    except msgspec.ValidationError:
        return False
    return not any(message.content.isspace() for message in chat.messages)
