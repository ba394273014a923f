"""One token after another: a prompt is read once, and each new token looks back through a key-value cache."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from trainer.engine.llama import KeyValues, Llama, Place
from trainer.engine.lora import Adapter
from trainer.engine.sampling import Chosen, Sampler
from trainer.engine.shape import Array

# Attention scores of a stretch take stretch · context numbers a head, so a long prompt is read in stretches.
_STRETCH_TOKENS: Final = 256


def generate(
    llama: Llama, prompt: Sequence[int], adapter: Adapter | None, sampler: Sampler, max_tokens: int
) -> Iterator[Chosen]:
    """Up to `max_tokens` tokens that follow the prompt; whoever asks decides where the answer ends.

    Without an adapter it is the base that answers. The same seed chooses the same tokens.
    """
    past = _room(llama, len(prompt) + max_tokens)
    tokens = list(prompt)
    for _ in range(max_tokens):
        chosen = sampler.choose(_next_logits(llama, tokens, adapter, past))
        yield chosen
        tokens = [chosen.id]


def _room(llama: Llama, n_tokens: int) -> tuple[KeyValues, ...]:
    shape, dtype = llama.shape, llama.weights.embedding.dtype
    size = (1, shape.n_key_value_heads, n_tokens, shape.head_size)
    return tuple(KeyValues(np.empty(size, dtype), np.empty(size, dtype)) for _ in range(shape.n_layers))


def _next_logits(llama: Llama, tokens: Sequence[int], adapter: Adapter | None, past: tuple[KeyValues, ...]) -> Array:
    x: Array = np.empty((0, llama.shape.width))
    for start in range(0, len(tokens), _STRETCH_TOKENS):
        stretch = np.array(tokens[start : start + _STRETCH_TOKENS], np.int32)
        place = Place(1, llama.rotation(past[0].length, len(stretch)), past)
        x = llama.embed(stretch)
        for index in range(llama.shape.n_layers):
            x, _ = llama.forward(index, x, place, adapter)
    logits: Array = llama.weights.embedding @ llama.final(x[-1])
    return logits
