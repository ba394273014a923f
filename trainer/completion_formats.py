"""How the two addresses for answers write them: as messages of a chat, or as plain text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from trainer.engine.answer import LogProbability, Piece
from trainer.engine.tools import OPENING, Call, read_calls


class Format(Protocol):
    """Writes the choices of an answer."""

    @property
    def object(self) -> str:
        """The `object` of a whole answer."""
        ...

    @property
    def chunk_object(self) -> str:
        """The `object` of a part of a stream."""
        ...

    @property
    def id_prefix(self) -> str:
        """What the ids of answers begin with."""
        ...

    @property
    def holds_back(self) -> tuple[str, ...]:
        """Texts from whose beginning on nothing is streamed before the end, when it is clear what they are."""
        ...

    def whole(self, said: Sequence[Piece]) -> dict[str, Any]:
        """A choice that is complete."""
        ...

    def opening(self) -> dict[str, Any] | None:
        """What a streamed choice begins with."""
        ...

    def part(self, text: str, said: Sequence[Piece]) -> dict[str, Any]:
        """What came new in a streamed choice: a text, and the pieces it came from."""
        ...

    def ending(self, held: str, finish_reason: str | None) -> list[dict[str, Any]]:
        """The last chunks of a streamed choice: what was held back, and why it ends."""
        ...


@dataclass(frozen=True, slots=True)
class ChatFormat:
    """Messages of an assistant, who may call tools where some were offered."""

    new_call_id: Callable[[], str]
    """Gives the id of a new call."""
    has_tools: bool
    object: str = "chat.completion"
    chunk_object: str = "chat.completion.chunk"
    id_prefix: str = "chatcmpl"

    @property
    def holds_back(self) -> tuple[str, ...]:
        """What may be the beginning of a call."""
        return (OPENING,) if self.has_tools else ()

    def whole(self, said: Sequence[Piece]) -> dict[str, Any]:
        """A message, with calls where the answer makes some."""
        text, calls = self._read("".join(piece.text for piece in said))
        message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
        if calls:
            message |= {"content": text or None, "tool_calls": calls}
        reason = "tool_calls" if calls else said[-1].finish_reason
        return {"message": message, "logprobs": _chat_logprobs(said), "finish_reason": reason}

    def opening(self) -> dict[str, Any] | None:
        """The role."""
        return _chunk({"role": "assistant", "content": "", "refusal": None})

    def part(self, text: str, said: Sequence[Piece]) -> dict[str, Any]:
        """More of the message's content."""
        return {**_chunk({"content": text}), "logprobs": _chat_logprobs(said)}

    def ending(self, held: str, finish_reason: str | None) -> list[dict[str, Any]]:
        """The calls, or what only looked like some, and the end."""
        text, calls = self._read(held)
        parts = [_chunk({"content": text})] if text else []
        numbered = [{"index": index, **call} for index, call in enumerate(calls)]
        parts += [_chunk({"tool_calls": numbered})] if calls else []
        return [*parts, _chunk({}, "tool_calls" if calls else finish_reason)]

    def _read(self, text: str) -> tuple[str, list[dict[str, Any]]]:
        said, calls = read_calls(text) if self.has_tools else (text, [])
        return said, [self._call(call) for call in calls]

    def _call(self, call: Call) -> dict[str, Any]:
        function = {"name": call.name, "arguments": call.arguments}
        return {"id": self.new_call_id(), "type": "function", "function": function}


@dataclass(frozen=True, slots=True)
class TextFormat:
    """Plain text that goes on from a prompt."""

    object: str = "text_completion"
    chunk_object: str = "text_completion"
    id_prefix: str = "cmpl"
    holds_back: tuple[str, ...] = ()

    def whole(self, said: Sequence[Piece]) -> dict[str, Any]:
        """The text."""
        text = "".join(piece.text for piece in said)
        return {"text": text, "logprobs": _text_logprobs(said), "finish_reason": said[-1].finish_reason}

    def opening(self) -> dict[str, Any] | None:
        """Nothing."""
        return None

    def part(self, text: str, said: Sequence[Piece]) -> dict[str, Any]:
        """More text."""
        return {"text": text, "logprobs": _text_logprobs(said), "finish_reason": None}

    def ending(self, held: str, finish_reason: str | None) -> list[dict[str, Any]]:
        """The end."""
        return [{"text": held, "logprobs": None, "finish_reason": finish_reason}]


def _chunk(delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    return {"delta": delta, "logprobs": None, "finish_reason": finish_reason}


def _chat_logprobs(said: Sequence[Piece]) -> dict[str, Any] | None:
    told = [piece.log_probability for piece in said if piece.log_probability]
    if not told:
        return None
    content = [
        {**_entry(one.token, one.value), "top_logprobs": [_entry(token, value) for token, value in one.likeliest]}
        for one in told
    ]
    return {"content": content, "refusal": None}


def _entry(token: bytes, value: float) -> dict[str, Any]:
    return {"token": token.decode("utf-8", "replace"), "bytes": list(token), "logprob": value}


def _text_logprobs(said: Sequence[Piece]) -> dict[str, Any] | None:
    told: list[LogProbability] = [piece.log_probability for piece in said if piece.log_probability]
    if not told:
        return None
    tokens = [one.token.decode("utf-8", "replace") for one in told]
    offsets = [sum(map(len, tokens[:index])) for index in range(len(tokens))]
    likeliest = [{token.decode("utf-8", "replace"): value for token, value in one.likeliest} for one in told]
    return {
        "tokens": tokens,
        "token_logprobs": [one.value for one in told],
        "top_logprobs": likeliest,
        "text_offset": offsets,
    }
