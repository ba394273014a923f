"""Chat rows that call tools as they should, told at the speed of C: most rules on shape need not look at them."""

from typing import Annotated, Any, Literal

import msgspec

from tuning.datasets.rules.tool_declarations import MOST_TOOLS

_Text = Annotated[str, msgspec.Meta(pattern=r"\S")]
_Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,64}\Z")]
_Filled = Annotated[str, msgspec.Meta(min_length=1)]


class _Called(msgspec.Struct):
    name: _Filled
    arguments: str


class _Call(msgspec.Struct):
    id: _Filled
    type: Literal["function"]
    function: _Called


class _Message(msgspec.Struct, tag_field="role", forbid_unknown_fields=True):
    pass


class _System(_Message, tag="system"):
    content: _Text


class _User(_Message, tag="user"):
    content: _Text


class _Tool(_Message, tag="tool"):
    content: str
    tool_call_id: _Filled


class _Assistant(_Message, tag="assistant"):
    content: str | None = None
    tool_calls: Annotated[list[_Call], msgspec.Meta(min_length=1)] | msgspec.UnsetType = msgspec.UNSET
    weight: Literal[0, 1] | msgspec.UnsetType = msgspec.UNSET

    def __post_init__(self) -> None:
        if self.tool_calls is msgspec.UNSET and not (self.content and self.content.strip()):
            raise ValueError("an answer without words calls a tool")


class _Declared(msgspec.Struct):
    name: _Name


class _Offered(msgspec.Struct):
    type: Literal["function"]
    function: _Declared


class _Row(msgspec.Struct, forbid_unknown_fields=True):
    messages: Annotated[list[_System | _User | _Assistant | _Tool], msgspec.Meta(min_length=1)]
    tools: Annotated[list[_Offered], msgspec.Meta(max_length=MOST_TOOLS)] = []


def is_tidy_chat(row: dict[str, Any]) -> bool:
    """Whether a row has text messages, calls, results and declarations of tools of the right shape, and nothing else.

    Such a row satisfies every rule of `rules.chat_shape`, `rules.chat_messages` and `rules.chat_contents`, and those
    on tools that look at one thing alone.
    """
    try:
        msgspec.convert(row, _Row)
    except msgspec.ValidationError:
        return False
    return True
