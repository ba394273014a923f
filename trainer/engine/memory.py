"""How much memory a job takes at most, computed from shapes before any weight is read.

The counts follow what the passes keep: every array that lives at the worst moment, in float32. ``docs/trainer.md``
sets the bound beside measured runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from trainer.engine.batches import GROUP_TOKENS, N_PARTS
from trainer.engine.lora import RANK, first_adapted_layer, n_parameters
from trainer.engine.loss import CHUNK_ROWS
from trainer.engine.lower_layers import CACHE_BYTES
from trainer.engine.shape import Shape

_FLOAT_BYTES: Final = 4
_SCORES: Final = 4
"""Arrays of attention scores that live together in a layer's backward pass, the mask's index among them."""
_ADAPTER_COPIES: Final = 8
"""The adapter, the optimiser's two means, a gradient a part, and what an update and a checkpoint hold for a moment."""
_LOADING_COPIES: Final = 3
"""Copies of the largest matrix while it is dequantised."""
_MARGIN: Final = 1.1
"""What the allocator keeps between arrays."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """The tokens of a job's examples, and how many of them make a step."""

    training: Sequence[int]
    validation: Sequence[int]
    batch_size: int
    n_texts: int = 1
    """Texts that an example has: 2 where one is preferred to the other. A length is that of the longer one."""

    def with_longest(self, limit_tokens: int) -> "Lengths":
        """The same job with every example cut at a limit."""
        training = [min(length, limit_tokens) for length in self.training]
        validation = [min(length, limit_tokens) for length in self.validation]
        return Lengths(training, validation, self.batch_size, self.n_texts)


def needed_bytes(shape: Shape, lengths: Lengths) -> int:
    """The most that training will take beside the interpreter and its libraries."""
    training, validation = _steps(shape, lengths), _validation(shape, lengths)
    adapters = _ADAPTER_COPIES * n_parameters(shape)
    floats = adapters + max(training, validation, _LOADING_COPIES * shape.vocabulary * shape.width)
    cached = _cached_bytes(shape, lengths)
    return ceil(_MARGIN * (_FLOAT_BYTES * (_weights(shape) + floats) + cached))


def longest_that_fits(shape: Shape, lengths: Lengths, available_bytes: int) -> int:
    """The most tokens that every example may have so that the job fits; 0 where even single tokens would not."""
    fits, fails = 0, max((*lengths.training, *lengths.validation)) + 1
    while fails - fits > 1:
        tried = (fits + fails) // 2
        if needed_bytes(shape, lengths.with_longest(tried)) <= available_bytes:
            fits = tried
        else:
            fails = tried
    return fits


def _weights(shape: Shape) -> int:
    in_layer = shape.width * (2 * shape.query_width + 2 * shape.key_value_width + 3 * shape.feed_forward + 2)
    return shape.vocabulary * shape.width + shape.n_layers * in_layer + shape.width


def _steps(shape: Shape, lengths: Lengths) -> int:
    """Each thread runs one group at a time; the groups are those of the longest examples, one a thread."""
    per_part = ceil(lengths.batch_size / N_PARTS)
    longest = sorted(lengths.training, reverse=True)[: min(N_PARTS, lengths.batch_size)]
    return sum(_group(shape, length, per_part, lengths.n_texts, is_learning=True) for length in longest)


def _validation(shape: Shape, lengths: Lengths) -> int:
    longest = sorted(lengths.validation, reverse=True)[:N_PARTS]
    return sum(_group(shape, length, GROUP_TOKENS, lengths.n_texts, is_learning=False) for length in longest)


def _group(shape: Shape, length: int, n_examples: int, n_texts: int, *, is_learning: bool) -> int:
    n_tokens = min(max(GROUP_TOKENS, n_texts * length), n_examples * n_texts * length)
    n_layers = shape.n_layers - first_adapted_layer(shape) if is_learning else 1
    scores = _SCORES * shape.n_heads * n_tokens * length
    passing = n_tokens * (8 * shape.feed_forward + 8 * shape.width)
    logits = 2 * min(CHUNK_ROWS, n_tokens) * shape.vocabulary
    return n_layers * n_tokens * _kept(shape) + scores + passing + logits


def _kept(shape: Shape) -> int:
    """Floats that one layer keeps of one token for its backward pass (``llama.Kept``)."""
    attention = 2 * shape.width + 1 + 3 * shape.query_width + 3 * shape.key_value_width + 4 * RANK
    return attention + 2 * shape.width + 1 + 4 * shape.feed_forward + 3 * RANK


def _cached_bytes(shape: Shape, lengths: Lengths) -> int:
    """The frozen layers' outputs, which are kept up to a limit, and the tokens themselves."""
    n_tokens = (sum(lengths.training) + sum(lengths.validation)) * lengths.n_texts
    return min(CACHE_BYTES, n_tokens * shape.width * _FLOAT_BYTES) + 16 * n_tokens
