"""Tokens as the text of an answer: whole characters only, and cut where a stop sequence begins."""

import codecs
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from trainer.engine.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class Piece:
    """What one more token adds to an answer; the last piece says why the answer ends."""

    text: str
    finish_reason: Literal["stop", "length"] | None = None


def pieces_of(tokens: Iterable[int], tokenizer: Tokenizer, stops: Sequence[str]) -> Iterator[Piece]:
    """One piece a token, and a last one with the reason for the end.

    The token that ends an answer ends it, and so does any other special token: what follows would be another turn.

    Text that may be the beginning of a stop sequence or of a character is held back until that is certain; a stop
    sequence itself is never part of the answer. Running out of tokens ends an answer for its length.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    held = ""
    for token in tokens:
        if token in tokenizer.special_ids:
            yield Piece(held + decoder.decode(b"", final=True), "stop")
            return
        held += decoder.decode(tokenizer.decode_bytes([token]))
        end = _first_stop(held, stops)
        if end is not None:
            yield Piece(held[:end], "stop")
            return
        sure = len(held) - _doubtful(held, stops)
        yield Piece(held[:sure])
        held = held[sure:]
    yield Piece(held + decoder.decode(b"", final=True), "length")


def _first_stop(text: str, stops: Sequence[str]) -> int | None:
    return min((text.index(stop) for stop in stops if stop in text), default=None)


def _doubtful(text: str, stops: Sequence[str]) -> int:
    """How many characters at the end may be the beginning of a stop sequence."""
    return max(
        (size for stop in stops for size in range(1, len(stop)) if text.endswith(stop[:size])),
        default=0,
    )
