"""Answers that must have a form: of all tokens, only those are chosen with which the form can still be kept."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from trainer.engine.json_text import JsonText
from trainer.engine.shape import Array
from trainer.engine.tokenizer import Tokenizer

_NO_TEXT: Final = -1
_VOCABULARIES_REMEMBERED: Final = 8


@dataclass(frozen=True, slots=True)
class Form:
    """One of several beginnings, a JSON object, and an end."""

    heads: tuple[str, ...] = ("",)
    tail: str = ""


@dataclass(frozen=True, slots=True)
class _Said:
    """What of a form was said."""

    heads: tuple[bytes, ...]
    """What is left of the beginnings that still may be meant; empty behind them."""
    json: JsonText
    tail: bytes

    def then(self, byte: int) -> "_Said | None":
        sign = bytes([byte])
        if self.heads and b"" not in self.heads:
            heads = tuple(head[1:] for head in self.heads if head.startswith(sign))
            return _Said(heads, self.json, self.tail) if heads else None
        if self.json.is_complete:
            return _Said((), self.json, self.tail[1:]) if self.tail.startswith(sign) else None
        json = self.json.then(byte)
        return _Said((), json, self.tail) if json else None

    @property
    def is_complete(self) -> bool:
        return self.json.is_complete and not self.tail


class Guide:
    """Keeps one answer to a form."""

    def __init__(self, form: Form, tokenizer: Tokenizer) -> None:
        self.end_id = tokenizer.end_id
        self._tokenizer = tokenizer
        self._first_bytes = _first_bytes(tokenizer)
        self._said = _Said(tuple(head.encode() for head in form.heads), JsonText(), form.tail.encode())

    @property
    def is_complete(self) -> bool:
        """Whether the form is filled, so that the answer must end."""
        return self._said.is_complete

    def masked(self, logits: Array) -> Array:
        """The logits without the tokens whose first byte cannot follow."""
        bytes_allowed = [byte for byte in range(256) if self._said.then(byte)]
        found = np.isin(self._first_bytes, bytes_allowed)
        # Some output matrices have more rows than there are tokens.
        is_allowed = np.zeros(len(logits), bool)
        is_allowed[: len(found)] = found[: len(logits)]
        masked: Array = np.where(is_allowed, logits, -np.inf).astype(logits.dtype)
        return masked

    def take(self, token: int) -> bool:
        """Go on with a token; False where the form could not be kept with it."""
        said: _Said | None = self._said
        for byte in self._tokenizer.decode_bytes([token]):
            said = said and said.then(byte)
        if said is None:
            return False
        self._said = said
        return True


@lru_cache(_VOCABULARIES_REMEMBERED)
def _first_bytes(tokenizer: Tokenizer) -> NDArray[np.int16]:
    """The first byte of every token's text."""
    firsts = np.full(tokenizer.vocabulary, _NO_TEXT, np.int16)
    for token in range(tokenizer.vocabulary):
        text = b"" if token in tokenizer.special_ids else tokenizer.decode_bytes([token])
        if text:
            firsts[token] = text[0]
    return firsts
