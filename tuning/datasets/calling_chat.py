"""Chat lines that call tools, of the usual shape, read and checked at the speed of C."""

import json
from typing import Annotated, Any, ClassVar, Literal

import msgspec

_Text = Annotated[str, msgspec.Meta(pattern=r"\S")]
_Filled = Annotated[str, msgspec.Meta(min_length=1)]
_KEYS_OF_A_CALL, _TEXTS_OF_A_CALL = 5, 4


class _Called(msgspec.Struct, forbid_unknown_fields=True):
    name: _Filled
    arguments: str


class Call(msgspec.Struct, forbid_unknown_fields=True):
    """A tool call."""

    id: _Filled
    type: Literal["function"]
    function: _Called


class _Message(msgspec.Struct, tag_field="role", forbid_unknown_fields=True):
    @property
    def calls(self) -> list[Call]:
        """The tool calls that it makes."""
        return []


class _System(_Message, tag="system"):
    letters: ClassVar[str] = "s"
    keys: ClassVar[int] = 2
    content: _Text


class _User(_Message, tag="user"):
    letters: ClassVar[str] = "u"
    keys: ClassVar[int] = 2
    content: _Text


class Result(_Message, tag="tool"):
    """What a tool answered."""

    letters: ClassVar[str] = "t"
    keys: ClassVar[int] = 3
    content: str
    tool_call_id: _Filled


class Answer(_Message, tag="assistant"):
    """What the assistant says, calls, or both."""

    content: str | msgspec.UnsetType | None = msgspec.UNSET
    tool_calls: Annotated[list[Call], msgspec.Meta(min_length=1)] | msgspec.UnsetType = msgspec.UNSET
    weight: Literal[0, 1] | msgspec.UnsetType = msgspec.UNSET

    def __post_init__(self) -> None:
        if self.tool_calls is msgspec.UNSET and not (self.content and self.content.strip()):
            raise ValueError("an answer without words calls a tool")

    @property
    def calls(self) -> list[Call]:
        return [] if isinstance(self.tool_calls, msgspec.UnsetType) else self.tool_calls

    @property
    def letters(self) -> str:
        called = "c" if self.calls else ""
        spoken = "a" + called if isinstance(self.content, str) else "k"
        return spoken if self.weight == 0 else spoken.upper()

    @property
    def keys(self) -> int:
        calls = 1 + _KEYS_OF_A_CALL * len(self.calls) if self.calls else 0
        return 1 + (self.content is not msgspec.UNSET) + (self.weight is not msgspec.UNSET) + calls


class CallingChat(msgspec.Struct, forbid_unknown_fields=True):
    """A row of text messages, tool calls and their results, and the tools, which are yet to be read.

    Such a row satisfies every rule of `rules.chat_shape`, `rules.chat_messages` and `rules.chat_contents`, and of
    `rules.tool_calls` and `rules.tool_results` those that look at one thing alone.
    """

    messages: Annotated[list[_System | _User | Answer | Result], msgspec.Meta(min_length=1)]
    tools: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET

    has_names: ClassVar[bool] = False

    @property
    def fields(self) -> dict[str, Any]:
        """The row as any other parser reads it; the keys of a message may stand in another order."""
        fields: dict[str, Any] = json.loads(msgspec.json.encode(self))
        return fields

    @property
    def speakers(self) -> str:
        """As `shapes` reads it."""
        return "".join([message.letters for message in self.messages])

    @property
    def texts(self) -> list[str]:
        """What is said, called and answered: a text for each of the speakers, calls as JSON."""
        texts = []
        for message in self.messages:
            if isinstance(message.content, str):
                texts.append(message.content)
            if calls := message.calls:
                texts.append(json.dumps(msgspec.to_builtins(calls), ensure_ascii=False, separators=(",", ":")))
        return texts

    @property
    def called(self) -> list[str]:
        """The names of the functions that are called."""
        return [call.function.name for message in self.messages for call in message.calls]

    @property
    def quotes(self) -> int:
        """How many quotation marks are around its keys and texts, but in its tools."""
        texts = 0
        for message in self.messages:
            results = isinstance(message, Result)
            texts += 1 + isinstance(message.content, str) + results + _TEXTS_OF_A_CALL * len(message.calls)
        return 2 * (self.keys + texts)

    @property
    def keys(self) -> int:
        """How many keys the row has, at every depth but inside its tools."""
        return 1 + (self.tools is not msgspec.UNSET) + sum([message.keys for message in self.messages])


_DECODER = msgspec.json.Decoder(CallingChat)


def decoded(line: bytes) -> CallingChat | None:
    """A line as chat that may call tools; None where it is something else, or no JSON. A doubled key passes in silence."""
    try:
        return _DECODER.decode(line)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
