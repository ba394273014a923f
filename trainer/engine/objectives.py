"""What training makes better: imitation of answers (supervised), or preference of one answer to another (dpo)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from trainer.engine.examples import Example, Lesson
from trainer.engine.groups import Group
from trainer.engine.llama import Llama
from trainer.engine.loss import Tally, cross_entropy
from trainer.engine.shape import Array


class Objective(Protocol):
    """Judges the last layer's trained rows of a group."""

    def size(self, batch: Sequence[Lesson]) -> int:
        """What the mean of a batch's loss divides by."""
        ...

    def judge(
        self, llama: Llama, x: Array, group: Group, texts: Sequence[Example], size: int | None
    ) -> tuple[Tally, Array]:
        """The tally of the rows x; with a batch's size also their gradient, which is empty without."""
        ...


class Imitation:
    """Mean cross-entropy of the trained tokens."""

    def size(self, batch: Sequence[Lesson]) -> int:
        """The trained tokens of a batch."""
        return sum(int(text.is_target_trained.sum()) for lesson in batch for text in lesson.texts)

    def judge(
        self, llama: Llama, x: Array, group: Group, _: Sequence[Example], size: int | None
    ) -> tuple[Tally, Array]:
        """Every trained token weighs the same."""
        weights = None if size is None else np.full(len(x), 1 / size, x.dtype)
        seen = cross_entropy(llama, x, group.targets, weights)
        return Tally(float(seen.losses.sum()), int(seen.is_correct.sum()), len(x)), seen.gradient


@dataclass(frozen=True, slots=True)
class Preference:
    """Direct preference optimisation (Rafailov et al. 2023, https://arxiv.org/abs/2305.18290), equation 7.

    The loss of a pair is −log σ(z), z = beta · ((w − w_ref) − (l − l_ref)), where w and l are the log probabilities
    of the preferred and the other answer, and those of the reference belong to the model that training began with.
    """

    beta: float
    reference: Callable[[Example], float]
    """The log probability that the model had for a text's trained tokens when training began."""

    def size(self, batch: Sequence[Lesson]) -> int:
        """The pairs of a batch."""
        return len(batch)

    def judge(
        self, llama: Llama, x: Array, group: Group, texts: Sequence[Example], size: int | None
    ) -> tuple[Tally, Array]:
        """Texts come in pairs: an even place holds a preferred answer, the next the other one."""
        seen = cross_entropy(llama, x, group.targets)
        spoken = -np.bincount(group.owners, seen.losses, minlength=len(texts))
        gained = spoken - np.array([self.reference(text) for text in texts])
        z = self.beta * (gained[0::2] - gained[1::2])
        is_preferred = group.owners % 2 == 0
        tally = Tally(
            loss=float(np.logaddexp(0, -z).sum()),
            n_correct=int(seen.is_correct[is_preferred].sum()),
            n_tokens=int(is_preferred.sum()),
            n_won=int((z > 0).sum()),
            n_pairs=len(z),
        )
        if size is None:
            return tally, x[:0]
        # The slope of a pair's loss is −beta σ(−z) for w and its opposite for l; a token's cross-entropy is −log p.
        pull = self.beta * np.exp(-np.logaddexp(0, z)) / size
        weights = np.repeat(pull, 2) * np.tile((1.0, -1.0), len(z))
        return tally, cross_entropy(llama, x, group.targets, weights[group.owners].astype(x.dtype)).gradient
