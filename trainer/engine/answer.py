"""Tokens as the text of an answer: whole characters only, and cut where a stop sequence begins."""

import codecs
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from trainer.engine.sampling import Chosen
from trainer.engine.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class LogProbability:
    """How likely a token was, and the likeliest ones in its place, as bytes with their log probabilities."""

    token: bytes
    value: float
    likeliest: tuple[tuple[bytes, float], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """What one more token adds to an answer; the last piece says why the answer ends."""

    text: str
    finish_reason: Literal["stop", "length"] | None = None
    log_probability: LogProbability | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """One more token of an answer: its bytes, or None where it ends the answer."""

    text: bytes | None
    log_probability: LogProbability | None = None


def pieces_of(tokens: Iterable[Chosen], tokenizer: Tokenizer, stops: Sequence[str]) -> Iterator[Piece]:
    """One piece a token, and a last one with the reason for the end.

    The token that ends an answer ends it, and so does any other special token: what follows would be another turn.
    """
    return pieces((_said(chosen, tokenizer) for chosen in tokens), stops)


def pieces(said: Iterable[Said], stops: Sequence[str]) -> Iterator[Piece]:
    """The same of tokens whose bytes are known.

    Text that may be the beginning of a stop sequence or of a character is held back until that is certain; a stop
    sequence itself is never part of the answer. Running out of tokens ends an answer for its length.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    held = ""
    for one in said:
        if one.text is None:
            yield Piece(held + decoder.decode(b"", final=True), "stop")
            return
        held += decoder.decode(one.text)
        end = _first_stop(held, stops)
        if end is not None:
            yield Piece(held[:end], "stop", one.log_probability)
            return
        sure = len(held) - doubtful_characters(held, stops)
        yield Piece(held[:sure], None, one.log_probability)
        held = held[sure:]
    yield Piece(held + decoder.decode(b"", final=True), "length")


def _said(chosen: Chosen, tokenizer: Tokenizer) -> Said:
    if chosen.id in tokenizer.special_ids:
        return Said(None)
    return Said(tokenizer.decode_bytes([chosen.id]), _told(chosen, tokenizer))


def _first_stop(text: str, stops: Sequence[str]) -> int | None:
    return min((text.index(stop) for stop in stops if stop in text), default=None)


def _told(chosen: Chosen, tokenizer: Tokenizer) -> LogProbability | None:
    if chosen.log_probability is None:
        return None
    likeliest = tuple((tokenizer.decode_bytes([token]), value) for token, value in chosen.likeliest)
    return LogProbability(tokenizer.decode_bytes([chosen.id]), chosen.log_probability, likeliest)


def doubtful_characters(text: str, stops: Sequence[str]) -> int:
    """How many characters at the end may be the beginning of a stop sequence."""
    return max(
        (size for stop in stops for size in range(1, len(stop)) if text.endswith(stop[:size])),
        default=0,
    )
