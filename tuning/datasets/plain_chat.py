"""The commonest shape of a chat line, checked at the speed of C: rows that pass need no rule about shape."""

from typing import Annotated, Any, Literal

import msgspec

_Text = Annotated[str, msgspec.Meta(pattern=r"\S")]
_Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,64}\Z")] | msgspec.UnsetType


class _Message(msgspec.Struct, tag_field="role", forbid_unknown_fields=True):
    content: _Text
    name: _Name = msgspec.UNSET


class _System(_Message, tag="system"):
    pass


class _User(_Message, tag="user"):
    pass


class _Assistant(_Message, tag="assistant"):
    weight: Literal[0, 1] | msgspec.UnsetType = msgspec.UNSET


class _Row(msgspec.Struct, forbid_unknown_fields=True):
    messages: Annotated[list[_System | _User | _Assistant], msgspec.Meta(min_length=1)]


def is_plain_chat(row: dict[str, Any]) -> bool:
    """Whether a row holds nothing but text messages of the three usual roles, each with text in it.

    Such a row satisfies every rule of `rules.chat_shape` and `rules.chat_messages`.
    """
    try:
        msgspec.convert(row, _Row)
    except msgspec.ValidationError:
        return False
    return True
