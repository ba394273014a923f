"""The Llama model: one layer forward and backward, with the weights frozen and adapters beside them."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from trainer.engine.attention import Rotation, attend, attend_backward, grouped, heads_of, rows_of, ungrouped
from trainer.engine.layers import (
    LinearStep,
    linear,
    rms_norm,
    rms_norm_backward,
    silu_product,
    silu_product_backward,
)
from trainer.engine.lora import Adapter, Site
from trainer.engine.shape import Array, Shape


@dataclass(frozen=True, slots=True)
class Layer:
    """The frozen weights of one layer; query, key and value are fused, and so are gate and up."""

    attention_norm: Array
    qkv: Array
    output: Array
    feed_forward_norm: Array
    gate_up: Array
    down: Array


@dataclass(frozen=True, slots=True)
class Weights:
    """The frozen weights of a model; the output matrix is the embedding (tied)."""

    embedding: Array
    layers: tuple[Layer, ...]
    final_norm: Array


@dataclass(slots=True)
class KeyValues:
    """The keys and values of one layer for a text that grows, (1, key-value heads, room, head size)."""

    keys: Array
    values: Array
    length: int = 0

    def extend(self, keys: Array, values: Array) -> tuple[Array, Array]:
        """Store what came new, and give all there is."""
        end = self.length + keys.shape[-2]
        self.keys[:, :, self.length : end] = keys
        self.values[:, :, self.length : end] = values
        self.length = end
        return self.keys[:, :, :end], self.values[:, :, :end]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the rows of a batch stand: how many texts, at which positions, after which past."""

    n_rows: int
    rotation: Rotation
    past: tuple[KeyValues, ...] | None = None
    """One a layer, when a text is generated."""


@dataclass(frozen=True, slots=True)
class AttentionKept:
    """What the attention half of a layer leaves for its backward pass; rows are batch · time."""

    x: Array
    normed: Array
    rho: Array
    queries: Array
    keys: Array
    values: Array
    mixed: Array
    qkv_low: Array
    output_low: Array


@dataclass(frozen=True, slots=True)
class FeedForwardKept:
    """What the feed-forward half of a layer leaves for its backward pass."""

    x: Array
    normed: Array
    rho: Array
    gate_up: Array
    sigma: Array
    product: Array
    gate_up_low: Array
    down_low: Array


Kept: TypeAlias = tuple[AttentionKept, FeedForwardKept]


@dataclass(frozen=True, slots=True)
class Learning:
    """An adapter together with the gradient that is being gathered for it."""

    adapter: Adapter
    gradient: Adapter


class Llama:
    """Layers over frozen weights; every method is free of state, so threads may share one model."""

    def __init__(self, shape: Shape, weights: Weights) -> None:
        self.shape = shape
        self.weights = weights

    def embed(self, tokens: NDArray[np.int32]) -> Array:
        """The first layer's input, one row a token."""
        return self.weights.embedding[tokens.reshape(-1)]

    def rotation(self, start: int, n_tokens: int) -> Rotation:
        """The positions `start` up to `start + n_tokens`."""
        return Rotation(self.shape, start, n_tokens, self.weights.embedding.dtype)

    def forward(self, index: int, x: Array, place: Place, adapter: Adapter | None) -> tuple[Array, Kept]:
        """Run layer `index` over x, (batch · time, width)."""
        sites = (adapter and adapter.layer(index)) or (None, None, None, None)
        scale = adapter.scale if adapter else 0.0
        x, attention = self._attend(index, x, place, sites[:2], scale)
        x, feed_forward = self._feed(index, x, sites[2:], scale)
        return x, (attention, feed_forward)

    def _attend(
        self, index: int, x: Array, place: Place, sites: tuple[Site | None, ...], scale: float
    ) -> tuple[Array, AttentionKept]:
        layer, shape = self.weights.layers[index], self.shape
        normed, rho = rms_norm(x, layer.attention_norm, shape.norm_epsilon)
        qkv, qkv_low = linear(normed, layer.qkv, sites[0], scale)
        q, k, v = np.split(qkv, (shape.query_width, shape.query_width + shape.key_value_width), axis=-1)
        queries = grouped(place.rotation.turn(heads_of(q, place.n_rows, shape.head_size)), shape.group)
        keys = place.rotation.turn(heads_of(k, place.n_rows, shape.head_size))
        values = heads_of(v, place.n_rows, shape.head_size)
        if place.past is not None:
            keys, values = place.past[index].extend(keys, values)
        mixed = rows_of(ungrouped(attend(queries, keys, values, shape.group), shape.group))
        attended, output_low = linear(mixed, layer.output, sites[1], scale)
        return x + attended, AttentionKept(x, normed, rho, queries, keys, values, mixed, qkv_low, output_low)

    def _feed(
        self, index: int, x: Array, sites: tuple[Site | None, ...], scale: float
    ) -> tuple[Array, FeedForwardKept]:
        layer = self.weights.layers[index]
        normed, rho = rms_norm(x, layer.feed_forward_norm, self.shape.norm_epsilon)
        gate_up, gate_up_low = linear(normed, layer.gate_up, sites[0], scale)
        product, sigma = silu_product(gate_up)
        fed, down_low = linear(product, layer.down, sites[1], scale)
        return x + fed, FeedForwardKept(x, normed, rho, gate_up, sigma, product, gate_up_low, down_low)

    def backward(self, index: int, g: Array, kept: Kept, rotation: Rotation, learning: Learning) -> Array:
        """Add the layer's adapter gradients and give the gradient of its input.

        At the lowest adapted layer nothing below learns, so what is given back there has no meaning.
        """
        g = self._feed_backward(index, g, kept[1], learning)
        return self._attend_backward(index, g, kept[0], rotation, learning)

    def _feed_backward(self, index: int, g: Array, kept: FeedForwardKept, learning: Learning) -> Array:
        layer = self.weights.layers[index]
        _, _, gate_up, down = _sites(learning, index)
        scale = learning.adapter.scale
        product_gradient = LinearStep(kept.product, kept.down_low, layer.down, *down, scale).backward(g)
        gate_up_gradient = silu_product_backward(product_gradient, kept.gate_up, kept.sigma)
        step = LinearStep(kept.normed, kept.gate_up_low, layer.gate_up, *gate_up, scale)
        return g + rms_norm_backward(step.backward(gate_up_gradient), kept.x, kept.rho, layer.feed_forward_norm)

    def _attend_backward(
        self, index: int, g: Array, kept: AttentionKept, rotation: Rotation, learning: Learning
    ) -> Array:
        layer = self.weights.layers[index]
        qkv, output, _, _ = _sites(learning, index)
        scale = learning.adapter.scale
        mixed_gradient = LinearStep(kept.mixed, kept.output_low, layer.output, *output, scale).backward(g)
        qkv_gradient = self._mix_backward(mixed_gradient, kept, rotation)
        step = LinearStep(kept.normed, kept.qkv_low, layer.qkv, *qkv, scale)
        if index == learning.adapter.first_layer:
            step.learn(qkv_gradient)
            return g
        return g + rms_norm_backward(step.backward(qkv_gradient), kept.x, kept.rho, layer.attention_norm)

    def _mix_backward(self, g: Array, kept: AttentionKept, rotation: Rotation) -> Array:
        group = self.shape.group
        stacked = grouped(heads_of(g, len(kept.queries), self.shape.head_size), group)
        dq, dk, dv = attend_backward(stacked, kept.queries, kept.keys, kept.values, group)
        queries_gradient = rotation.turn_back(ungrouped(dq, group))
        return np.concatenate((rows_of(queries_gradient), rows_of(rotation.turn_back(dk)), rows_of(dv)), axis=-1)

    def final(self, x: Array) -> Array:
        """The last norm, of the rows that reach the output matrix."""
        return rms_norm(x, self.weights.final_norm, self.shape.norm_epsilon)[0]


def _sites(learning: Learning, index: int) -> tuple[tuple[Site, Site], ...]:
    """Each of a layer's four adapters beside its gradient."""
    at = index - learning.adapter.first_layer
    return tuple(zip(learning.adapter.layers[at], learning.gradient.layers[at], strict=True))
