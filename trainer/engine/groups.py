"""A few texts padded to one length and run together, and which of their positions are trained."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.engine.examples import Example
from trainer.engine.llama import Kept, Learning, Llama, Place
from trainer.engine.lora import Adapter
from trainer.engine.shape import Array


@dataclass(frozen=True, slots=True)
class Group:
    """Texts at the first adapted layer. Padded on the right: nothing real looks to the right."""

    x: Array
    """(texts · time, width)."""
    place: Place
    rows: NDArray[np.intp]
    """The trained positions among the rows of x."""
    targets: NDArray[np.int32]
    """What should follow each trained position."""
    owners: NDArray[np.intp]
    """The number of the text that each trained position belongs to."""


def entered(texts: Sequence[Example], llama: Llama, lower: Callable[[NDArray[np.int32]], Array]) -> Group:
    """The group at the first adapted layer; `lower` gives what the layers below make of one text."""
    length = max(len(text.inputs) for text in texts)
    x = np.zeros((len(texts), length, llama.shape.width), llama.weights.embedding.dtype)
    is_trained = np.zeros((len(texts), length), bool)
    for row, text in enumerate(texts):
        x[row, : len(text.inputs)] = lower(text.inputs)
        is_trained[row, : len(text.inputs)] = text.is_target_trained
    targets = np.concatenate([text.targets[text.is_target_trained] for text in texts])
    rows = np.flatnonzero(is_trained)
    place = Place(len(texts), llama.rotation(0, length))
    return Group(x.reshape(-1, x.shape[-1]), place, rows, targets, rows // length)


def forward(llama: Llama, adapter: Adapter | None, first_layer: int, group: Group, kept: list[Kept] | None) -> Array:
    """The group's trained rows behind the last layer; what the backward pass needs is added to `kept`."""
    x = group.x
    for index in range(first_layer, llama.shape.n_layers):
        x, activations = llama.forward(index, x, group.place, adapter)
        if kept is not None:
            kept.append(activations)
    return x[group.rows]


def backward(llama: Llama, learning: Learning, group: Group, kept: list[Kept], rows_gradient: Array) -> None:
    """Add the adapter's gradients; each layer's activations are let go as soon as they are used."""
    g = np.zeros_like(group.x)
    g[group.rows] = rows_gradient
    for index in reversed(range(learning.adapter.first_layer, llama.shape.n_layers)):
        g = llama.backward(index, g, kept.pop(), group.place.rotation, learning)
