"""Grouped-query attention with rotary positions, and its backward pass.

The query heads that share a key-value head are stacked along the time axis, so one batched product serves the group
and the backward pass sums over the group by itself. The probabilities are computed again in the backward pass
rather than kept: memory then grows with the length of a text, not with its square times the layers.
"""

from math import sqrt

import numpy as np

from trainer.engine.shape import Array, Shape


class Rotation:
    """Rotary position embedding (https://arxiv.org/abs/2104.09864) for a stretch of positions.

    llama.cpp's converter permutes the rows of Q and K, so with GGUF weights the pairs are (2i, 2i+1).
    """

    def __init__(self, shape: Shape, start: int, n_tokens: int, dtype: np.dtype[np.floating]) -> None:
        half = np.arange(0, shape.head_size, 2) / shape.head_size
        angles = np.outer(np.arange(start, start + n_tokens), shape.rope_frequency**-half)
        self._cos = np.cos(angles).astype(dtype)  # (time, head_size / 2)
        self._sin = np.sin(angles).astype(dtype)

    def turn(self, x: Array) -> Array:
        """Rotate every pair of x, (..., time, head_size), by its position."""
        return _turned(x, self._cos, self._sin)

    def turn_back(self, g: Array) -> Array:
        """The gradient of :meth:`turn`: the same rotation with the opposite sign."""
        return _turned(g, self._cos, -self._sin)


def _turned(x: Array, cos: Array, sin: Array) -> Array:
    even, odd = x[..., 0::2], x[..., 1::2]
    turned = np.empty_like(x)
    turned[..., 0::2] = even * cos - odd * sin
    turned[..., 1::2] = even * sin + odd * cos
    return turned


def heads_of(rows: Array, n_rows: int, head_size: int) -> Array:
    """(batch · time, heads · size) as (batch, heads, time, size)."""
    n_heads = rows.shape[-1] // head_size
    return rows.reshape(n_rows, -1, n_heads, head_size).transpose(0, 2, 1, 3)


def rows_of(heads: Array) -> Array:
    """(batch, heads, time, size) as (batch · time, heads · size)."""
    n_rows, n_heads, n_tokens, head_size = heads.shape
    return heads.transpose(0, 2, 1, 3).reshape(n_rows * n_tokens, n_heads * head_size)


def grouped(queries: Array, group: int) -> Array:
    """(batch, heads, time, size) as (batch, key-value heads, group · time, size)."""
    n_rows, n_heads, n_tokens, head_size = queries.shape
    return np.ascontiguousarray(queries).reshape(n_rows, n_heads // group, group * n_tokens, head_size)


def ungrouped(stacked: Array, group: int) -> Array:
    """The opposite of :func:`grouped`."""
    n_rows, n_key_value_heads, length, head_size = stacked.shape
    return stacked.reshape(n_rows, n_key_value_heads * group, length // group, head_size)


def probabilities(queries: Array, keys: Array, group: int) -> Array:
    """How much each query attends to each key, (batch, key-value heads, group · time, keys).

    The last query stands at the last key; none sees a key behind its own position.
    """
    scores = queries @ keys.swapaxes(-1, -2)
    scores *= 1 / sqrt(queries.shape[-1])
    n_tokens, n_keys = queries.shape[-2] // group, keys.shape[-2]
    if n_tokens > 1:
        is_hidden = np.triu(np.ones((n_tokens, n_keys), bool), n_keys - n_tokens + 1)
        scores.reshape(*scores.shape[:2], group, n_tokens, n_keys)[..., is_hidden] = -1e9
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    return scores


def attend(queries: Array, keys: Array, values: Array, group: int) -> Array:
    """The values, mixed for each query, in the stacked order of the queries."""
    return probabilities(queries, keys, group) @ values


def attend_backward(g: Array, queries: Array, keys: Array, values: Array, group: int) -> tuple[Array, Array, Array]:
    """The gradients of queries, keys and values."""
    p = probabilities(queries, keys, group)
    values_gradient = p.swapaxes(-1, -2) @ g
    p_gradient = g @ values.swapaxes(-1, -2)
    p_gradient -= np.sum(p_gradient * p, axis=-1, keepdims=True)
    p_gradient *= p
    p_gradient *= 1 / sqrt(queries.shape[-1])
    return p_gradient @ keys, p_gradient.swapaxes(-1, -2) @ queries, values_gradient
