"""A tiny random model through the same code: trains in a fraction of a second, with no weights installed.

Its tokens are the 256 bytes and a few marks. It learns nothing worth reading; tests and trials use it.
"""

from math import sqrt
from typing import Final

import numpy as np

from trainer.engine.llama import Layer, Llama, Weights
from trainer.engine.model import Language, language_of
from trainer.engine.shape import Array, Shape
from trainer.engine.tokenizer import TiktokenTokenizer

TINY: Final = Shape(
    n_layers=2,
    width=64,
    feed_forward=128,
    n_heads=4,
    n_key_value_heads=2,
    vocabulary=260,
    context_tokens=1024,
    rope_frequency=10_000.0,
    norm_epsilon=1e-5,
)
_SPECIALS: Final = {"<|im_start|>": 256, "<|im_end|>": 257, "<|endoftext|>": 258, "<|pad|>": 259}
_TEMPLATE: Final = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def tiny_language() -> Language:
    """One token a byte, in ChatML."""
    ranks = {bytes([value]): value for value in range(256)}
    return language_of(TiktokenTokenizer(ranks, _SPECIALS, _SPECIALS["<|im_end|>"], r"[\s\S]"), _TEMPLATE)


def tiny_llama(shape: Shape = TINY, dtype: type[np.floating] = np.float32) -> Llama:
    """Random weights, always the same ones."""
    generator = np.random.default_rng(0)

    def normal(out: int, into: int, deviation: float | None = None) -> Array:
        return (generator.standard_normal((out, into)) * (deviation or 1 / sqrt(into))).astype(dtype)

    def layer() -> Layer:
        return Layer(
            attention_norm=np.ones(shape.width, dtype),
            qkv=normal(shape.query_width + 2 * shape.key_value_width, shape.width),
            output=normal(shape.width, shape.query_width),
            feed_forward_norm=np.ones(shape.width, dtype),
            gate_up=normal(2 * shape.feed_forward, shape.width),
            down=normal(shape.width, shape.feed_forward),
        )

    layers = tuple(layer() for _ in range(shape.n_layers))
    weights = Weights(normal(shape.vocabulary, shape.width, 0.05), layers, np.ones(shape.width, dtype))
    return Llama(shape, weights)
