"""How well the model foresees the trained tokens, and the gradient of that."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.engine.layers import rms_norm, rms_norm_backward
from trainer.engine.llama import Llama
from trainer.engine.shape import Array

# A row of logits has one number a vocabulary entry: 49,152 of them make 200 kB. So they are made in chunks.
_CHUNK_ROWS = 128


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums over trained tokens: OpenAI's loss and token accuracy are these divided by their number."""

    loss: float = 0.0
    n_correct: int = 0
    n_tokens: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.loss + other.loss, self.n_correct + other.n_correct, self.n_tokens + other.n_tokens)

    @property
    def mean_loss(self) -> float:
        """Mean cross-entropy a trained token, in nats."""
        return self.loss / self.n_tokens

    @property
    def accuracy(self) -> float:
        """The share of trained tokens that were the most probable one."""
        return self.n_correct / self.n_tokens


def total(tallies: Iterable[Tally]) -> Tally:
    """The sum of tallies, in the order given."""
    return sum(tallies, start=Tally())


def cross_entropy(
    llama: Llama, x: Array, targets: NDArray[np.int32], n_tokens_in_batch: int | None
) -> tuple[Tally, Array]:
    """Judge the last layer's rows of the trained positions, x (trained, width), against their targets.

    Gives the tally and the gradient of x, which is empty unless `n_tokens_in_batch`, the trained tokens of the
    whole batch by which the mean divides, is given.
    """
    tallies: list[Tally] = []
    gradients: list[Array] = [x[:0]]
    for start in range(0, len(x), _CHUNK_ROWS):
        chunk = slice(start, start + _CHUNK_ROWS)
        normed, rho = rms_norm(x[chunk], llama.weights.final_norm, llama.shape.norm_epsilon)
        tally, logits_gradient = _softmax_loss(normed @ llama.weights.embedding.T, targets[chunk])
        tallies.append(tally)
        if n_tokens_in_batch is not None:
            normed_gradient = (logits_gradient @ llama.weights.embedding) / n_tokens_in_batch
            gradients.append(rms_norm_backward(normed_gradient, x[chunk], rho, llama.weights.final_norm))
    return total(tallies), np.concatenate(gradients)


def _softmax_loss(logits: Array, targets: NDArray[np.int32]) -> tuple[Tally, Array]:
    """The tally of a chunk, and softmax − one-hot, written over the logits."""
    rows = np.arange(len(targets))
    n_correct = int(np.sum(logits.argmax(axis=-1) == targets))
    logits -= logits.max(axis=-1, keepdims=True)
    target_logits = logits[rows, targets]
    np.exp(logits, out=logits)
    sums = logits.sum(axis=-1, keepdims=True)
    loss = float(np.sum(np.log(sums[:, 0]) - target_logits, dtype=np.float64))
    logits /= sums
    logits[rows, targets] -= 1
    return Tally(loss, n_correct, len(targets)), logits
