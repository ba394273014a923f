"""How well the model foresees the trained tokens, and the gradient of that."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from trainer.engine.layers import rms_norm, rms_norm_backward
from trainer.engine.llama import Llama
from trainer.engine.shape import Array

CHUNK_ROWS: Final = 128
"""A row of logits has one number a vocabulary entry: 49,152 of them make 200 kB. So they are made in chunks."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums over what was judged: OpenAI's loss and accuracies are these divided by their numbers."""

    loss: float = 0.0
    n_correct: int = 0
    n_tokens: int = 0
    n_won: int = 0
    n_pairs: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(Tally)))

    @property
    def mean_loss(self) -> float:
        """Mean cross-entropy a trained token, in nats, or for preferences the mean loss of a pair."""
        return self.loss / (self.n_pairs or self.n_tokens)

    @property
    def accuracy(self) -> float:
        """The share of trained tokens (for preferences: those of preferred answers) that were the most probable one."""
        return self.n_correct / self.n_tokens

    @property
    def reward_accuracy(self) -> float | None:
        """The share of pairs whose preferred answer has become more probable, by comparison, than the other."""
        return self.n_won / self.n_pairs if self.n_pairs else None


def total(tallies: Iterable[Tally]) -> Tally:
    """The sum of tallies, in the order given."""
    return sum(tallies, start=Tally())


@dataclass(frozen=True, slots=True)
class Foreseen:
    """How well each target was foreseen, one entry a row."""

    losses: Array
    """Cross-entropy in nats."""
    is_correct: NDArray[np.bool_]
    gradient: Array
    """Of the rows, (rows, width); empty unless weights were given."""


def cross_entropy(llama: Llama, x: Array, targets: NDArray[np.int32], weights: Array | None = None) -> Foreseen:
    """Judge the last layer's rows of the trained positions, x (trained, width), against their targets.

    With `weights` it also gives the gradient of the weighted sum of the losses.
    """
    done = [_judged(llama, x[chunk], targets[chunk], weights, chunk) for chunk in _chunks(len(x))]
    return Foreseen(
        np.concatenate([part.losses for part in done]),
        np.concatenate([part.is_correct for part in done]),
        np.concatenate([part.gradient for part in done]),
    )


def _chunks(n_rows: int) -> Iterable[slice]:
    return (slice(start, start + CHUNK_ROWS) for start in range(0, n_rows, CHUNK_ROWS))


def _judged(llama: Llama, x: Array, targets: NDArray[np.int32], weights: Array | None, chunk: slice) -> Foreseen:
    normed, rho = rms_norm(x, llama.weights.final_norm, llama.shape.norm_epsilon)
    losses, is_correct, logits_gradient = _softmax_loss(normed @ llama.weights.embedding.T, targets)
    if weights is None:
        return Foreseen(losses, is_correct, x[:0])
    normed_gradient = (logits_gradient @ llama.weights.embedding) * weights[chunk, None]
    return Foreseen(losses, is_correct, rms_norm_backward(normed_gradient, x, rho, llama.weights.final_norm))


def _softmax_loss(logits: Array, targets: NDArray[np.int32]) -> tuple[Array, NDArray[np.bool_], Array]:
    """The losses of a chunk, which targets were the most probable, and softmax − one-hot, written over the logits."""
    rows = np.arange(len(targets))
    is_correct: NDArray[np.bool_] = logits.argmax(axis=-1) == targets
    logits -= logits.max(axis=-1, keepdims=True)
    target_logits = logits[rows, targets]
    np.exp(logits, out=logits)
    sums = logits.sum(axis=-1, keepdims=True)
    losses = (np.log(sums[:, 0]) - target_logits).astype(np.float64)
    logits /= sums
    logits[rows, targets] -= 1
    return losses, is_correct, logits
