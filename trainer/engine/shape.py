"""The dimensions of a Llama model, in the words of its paper (https://arxiv.org/abs/2302.13971)."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.floating[Any]]
"""float32 in use, float64 in the gradient check."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How large each part of the model is."""

    n_layers: int
    width: int
    feed_forward: int
    n_heads: int
    n_key_value_heads: int
    vocabulary: int
    context_tokens: int
    rope_frequency: float
    norm_epsilon: float

    @property
    def head_size(self) -> int:
        """Components of one attention head."""
        return self.width // self.n_heads

    @property
    def query_width(self) -> int:
        """Components of all query heads together."""
        return self.n_heads * self.head_size

    @property
    def key_value_width(self) -> int:
        """Components of all key heads (or value heads) together."""
        return self.n_key_value_heads * self.head_size

    @property
    def group(self) -> int:
        """Query heads that share one key-value head."""
        return self.n_heads // self.n_key_value_heads
