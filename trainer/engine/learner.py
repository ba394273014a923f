"""What the training loop asks of a model that learns, whichever library computes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from trainer.engine.examples import Lesson
from trainer.engine.loss import Tally
from trainer.engine.shape import Shape


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a job trains; the same recipe over the same examples gives the same adapter."""

    n_epochs: int
    batch_size: int
    learning_rate: float
    seed: int
    continue_from: Path | None = None
    """An adapter to go on from, instead of a fresh one."""
    beta: float | None = None
    """How firmly preferences hold on to the model they began with; None imitates answers instead."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a run stopped."""

    n_steps: int
    told: str
    """All progress so far, as the JSON text that the training loop made of it."""


class Learner(Protocol):
    """A model with what is trained of it."""

    recipe: Recipe
    shape: Shape
    first_layer: int
    """The lowest layer that learns; what lies below computes the same for a text every time."""
    checkpoint_suffix: str
    """What the file of a checkpoint ends with."""

    def resume(self, directory: Path) -> Stop | None:
        """Take up what :meth:`keep` left in the job's folder, to the last bit; None where there is nothing."""
        ...

    def learn(self, batch: Sequence[Lesson]) -> Tally:
        """How well the batch was foreseen; its gradient is kept for the next update."""
        ...

    def update(self, rate: float, step: int) -> None:
        """Go one step, counted from 0, down the gradient."""
        ...

    def judge(self, lessons: Sequence[Lesson]) -> Tally:
        """How well examples are foreseen that are not learned from."""
        ...

    def save(self, path: Path) -> None:
        """Write a checkpoint that can be used as it is."""
        ...

    def keep(self, directory: Path, stop: Stop) -> None:
        """Leave a state in the job's folder from which another run can go on."""
        ...

    def close(self) -> None:
        """Let go of threads and memory."""
        ...
