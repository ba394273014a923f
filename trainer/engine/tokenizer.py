"""Text to tokens and back, exactly as the model was trained: byte-pair encoding run by tiktoken.

Special tokens never come from a text: only ``special`` names them, so a user who writes
``<|im_end|>`` in a message cannot end a turn.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Protocol

import tiktoken

_CONTROL: Final = 3  # the token type of special tokens in GGUF metadata
_SMOLLM_PATTERN: Final = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+|\s+(?=\p{N})|\s+(?!\S)|\s+"
# tiktoken 0.14 panics on about a million blanks in a row; a longer text is encoded in slices.
_SLICE_CHARACTERS: Final = 400_000


class Tokenizer(Protocol):
    """The vocabulary of one model, whichever library reads it."""

    vocabulary: int
    """The number of tokens."""
    end_id: int
    """The token that ends an answer."""
    special_ids: frozenset[int]
    """Tokens that stand for no text."""
    text_prefix: tuple[int, ...]
    """What a plain text begins with."""
    separator_id: int
    """The token that stands between texts."""

    def __hash__(self) -> int:
        """Two vocabularies are told apart by their identity."""
        ...

    @property
    def special_texts(self) -> tuple[str, ...]:
        """The special tokens as the chat template writes them."""
        ...

    def special(self, text: str) -> int:
        """The id of one special token."""
        ...

    def encode(self, text: str) -> list[int]:
        """The tokens of an ordinary text; whatever looks like a special token in it is plain characters."""
        ...

    def decode_bytes(self, tokens: Sequence[int]) -> bytes:
        """The bytes behind tokens; a character may be spread over several of them."""
        ...


class TiktokenTokenizer:
    """A vocabulary that tiktoken encodes.

    Args:
        ranks: the bytes of every ordinary token and its id.
        specials: the text of every special token and its id.
        end_id: the token that ends an answer.
        pattern: the regular expression that splits a text before bytes are merged.
    """

    def __init__(self, ranks: Mapping[bytes, int], specials: Mapping[str, int], end_id: int, pattern: str) -> None:
        self.vocabulary = max(*ranks.values(), *specials.values()) + 1
        self.end_id = end_id
        self.text_prefix: tuple[int, ...] = ()
        self.separator_id = specials["<|endoftext|>"]
        self.special_ids = frozenset(specials.values())
        self._specials = dict(specials)
        self._encoding = tiktoken.Encoding(
            "trainer",
            pat_str=pattern,
            mergeable_ranks={**ranks, **self._missing_bytes(ranks)},
            special_tokens=self._specials,
        )

    def _missing_bytes(self, ranks: Mapping[bytes, int]) -> dict[bytes, int]:
        # tiktoken panics on a byte without a token (SmolLM2 lacks 21 of the 256), with an exception that
        # `except Exception` does not catch. They get ids above the vocabulary, and encode() drops those.
        missing = [bytes([value]) for value in range(256) if bytes([value]) not in ranks]
        return {byte: self.vocabulary + index for index, byte in enumerate(missing)}

    @property
    def special_texts(self) -> tuple[str, ...]:
        """The special tokens as the chat template writes them."""
        return tuple(self._specials)

    def special(self, text: str) -> int:
        """The id of one special token."""
        return self._specials[text]

    def encode(self, text: str) -> list[int]:
        """The tokens of an ordinary text; whatever looks like a special token in it is plain characters."""
        if len(text) <= _SLICE_CHARACTERS:
            return self._encode_slice(text)
        return [token for part in _slices(text) for token in self._encode_slice(part)]

    def _encode_slice(self, text: str) -> list[int]:
        tokens = self._encoding.encode_ordinary(text)
        if tokens and max(tokens) >= self.vocabulary:
            return [token for token in tokens if token < self.vocabulary]
        return tokens

    def decode_bytes(self, tokens: Sequence[int]) -> bytes:
        """The bytes behind tokens; a character may be spread over several of them."""
        return self._encoding.decode_bytes(tokens)


def _slices(text: str) -> Iterator[str]:
    for start in range(0, len(text), _SLICE_CHARACTERS):
        yield text[start : start + _SLICE_CHARACTERS]


def smollm_tokenizer(tokens: Sequence[str], types: Sequence[int], end_id: int) -> TiktokenTokenizer:
    """The tokenizer whose vocabulary stands in a GGUF file with pre-tokenizer `smollm`.

    A token's index is its rank, so the file's merge list is not needed.
    """
    byte_of = bytes_of_printable_characters()
    ranks: dict[bytes, int] = {}
    specials: dict[str, int] = {}
    for index, (text, kind) in enumerate(zip(tokens, types, strict=True)):
        if kind == _CONTROL:
            specials[text] = index
        else:
            ranks[bytes(byte_of[character] for character in text)] = index
    return TiktokenTokenizer(ranks, specials, end_id, _SMOLLM_PATTERN)


def bytes_of_printable_characters() -> dict[str, int]:
    """GPT-2 writes bytes as printable characters: those that print as themselves, the others from U+0100 upwards."""
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    hidden = [value for value in range(256) if value not in printable]
    return {chr(value): value for value in printable} | {chr(0x100 + i): value for i, value in enumerate(hidden)}
