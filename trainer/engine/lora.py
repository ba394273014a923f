"""Low-rank adapters: what is trained while the base stays frozen (Hu et al. 2021, https://arxiv.org/abs/2106.09685).

Every adapter parameter lies in one flat vector, ordered by layer, then by site (qkv, output, gate-up, down), then A
before the Bs; the matrices are views into it. So the optimiser, clipping, checkpoints and hashes act on one array.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod, sqrt
from typing import Final, NamedTuple

import numpy as np

from trainer.engine.shape import Array, Shape

RANK: Final = 8
ALPHA: Final = 16
ADAPTED_LAYERS: Final = 15  # the top half of SmolLM2-135M: 1.7 times as fast as all, with practically the same loss


@dataclass(frozen=True, slots=True)
class Site:
    """The adapter of one projection, fused or not: y = x Wᵀ + scale (x A) B."""

    a: Array
    """(in, parts · rank): each fused part owns `rank` columns."""
    bs: tuple[Array, ...]
    """One (rank, out) for each fused part."""

    def parts(self) -> Iterator[tuple[Array, slice, slice]]:
        """For each part: its B, its columns of x A, and its columns of the projection's output."""
        out = 0
        for index, b in enumerate(self.bs):
            rank, width = b.shape
            yield b, slice(index * rank, (index + 1) * rank), slice(out, out + width)
            out += width


class LayerAdapter(NamedTuple):
    """The four sites of one layer."""

    qkv: Site
    output: Site
    gate_up: Site
    down: Site


@dataclass(frozen=True, slots=True)
class Adapter:
    """All adapted layers as views into one vector; the layers below `first_layer` have none."""

    vector: Array
    layers: tuple[LayerAdapter, ...]
    first_layer: int
    scale: float

    def layer(self, index: int) -> LayerAdapter | None:
        """The adapter of layer `index`, or None where the base stands alone."""
        return self.layers[index - self.first_layer] if index >= self.first_layer else None


def site_widths(shape: Shape) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Input width and the parts' output widths of the four sites, in the vector's order."""
    return (
        (shape.width, (shape.query_width, shape.key_value_width, shape.key_value_width)),
        (shape.query_width, (shape.width,)),
        (shape.width, (shape.feed_forward, shape.feed_forward)),
        (shape.feed_forward, (shape.width,)),
    )


def first_adapted_layer(shape: Shape) -> int:
    """The lowest layer that learns."""
    return max(0, shape.n_layers - ADAPTED_LAYERS)


def n_parameters(shape: Shape) -> int:
    """The length of the vector: 1,221,120 for SmolLM2-135M."""
    in_layer = sum(RANK * (len(outs) * into + sum(outs)) for into, outs in site_widths(shape))
    return in_layer * (shape.n_layers - first_adapted_layer(shape))


def adapter_over(vector: Array, shape: Shape) -> Adapter:
    """The matrices of an adapter as views into `vector`."""
    rest = vector

    def take(*dimensions: int) -> Array:
        nonlocal rest
        piece, rest = rest[: prod(dimensions)], rest[prod(dimensions) :]
        return piece.reshape(dimensions)

    def site(into: int, outs: tuple[int, ...]) -> Site:
        return Site(take(into, len(outs) * RANK), tuple(take(RANK, out) for out in outs))

    first = first_adapted_layer(shape)
    layers = tuple(
        LayerAdapter(*(site(*widths) for widths in site_widths(shape))) for _ in range(first, shape.n_layers)
    )
    return Adapter(vector, layers, first, ALPHA / RANK)


def new_adapter(shape: Shape, seed: int, dtype: type[np.floating] = np.float32) -> Adapter:
    """A fresh adapter: A normal with standard deviation 1/√in, B zero, so that it starts as the identity."""
    generator = np.random.default_rng(seed)
    adapter = adapter_over(np.zeros(n_parameters(shape), dtype), shape)
    for layer in adapter.layers:
        for site in layer:
            site.a[:] = generator.standard_normal(site.a.shape) / sqrt(len(site.a))
    return adapter
