"""The training loop of one job: steps, validation after every epoch, a checkpoint an epoch."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil, isfinite
from pathlib import Path
from typing import Final

import numpy as np

from trainer.engine.batches import batches_of
from trainer.engine.checkpoints import State, load_adapter, load_state, save_adapter, save_state
from trainer.engine.examples import Lesson
from trainer.engine.llama import Llama
from trainer.engine.lora import Adapter, adapter_over, new_adapter
from trainer.engine.loss import Tally
from trainer.engine.lower_layers import LowerLayers
from trainer.engine.objectives import Imitation, Objective, Preference
from trainer.engine.optimiser import AdamW, learning_rate
from trainer.engine.passes import Passes
from trainer.engine.progress import Checkpoint, Kept, Paused, Progress, Resumed, Step, read, written
from trainer.engine.reference import Reference
from trainer.engine.work import Work

MAX_EXAMPLE_TOKENS: Final = 1024
"""Activations take 0.7 MB a token: two examples of this length, one a thread, need 1.5 GB beside the weights."""


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


class LossIsNotANumber(ArithmeticError):
    """Training has diverged; nothing that follows could be of use."""

    def __init__(self, step: int) -> None:
        super().__init__(
            f"Training stopped at step {step}: the loss is no longer a number. "
            "The learning rate is too high for this data; start again with a smaller learning_rate_multiplier."
        )


class Training:
    """One job over examples of at least one trained token each.

    Args:
        must_pause: asked after every step; True stops there and leaves a state from which the job can go on.
        clock: seconds that only grow, from which the rest of the job is estimated.
    """

    def __init__(  # noqa: PLR0913 - what to train, how, on what, and two ways in for whoever watches
        self,
        llama: Llama,
        recipe: Recipe,
        directory: Path,
        training: Sequence[Lesson],
        validation: Sequence[Lesson],
        *,
        must_pause: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._recipe = recipe
        self._directory = directory
        self._training = training
        self._validation = validation
        self._must_pause = must_pause
        self._clock = clock
        self._steps_in_epoch = ceil(len(training) / recipe.batch_size)
        self._total_steps = self._steps_in_epoch * recipe.n_epochs
        self._state = load_state(directory)
        self._told: list[Kept] = []
        self._adapter = self._first_adapter(llama)
        self._optimiser = self._first_optimiser()
        self._work = Work(llama.shape, training, validation, recipe.n_epochs)
        lower = LowerLayers(llama, self._adapter.first_layer)
        self._passes = Passes(llama, self._adapter, self._objective(llama, lower), lower)

    def _first_adapter(self, llama: Llama) -> Adapter:
        if self._state:
            return adapter_over(self._state.vector, llama.shape)
        return self._given_adapter(llama) or new_adapter(llama.shape, self._recipe.seed)

    def _given_adapter(self, llama: Llama) -> Adapter | None:
        return load_adapter(self._recipe.continue_from, llama.shape) if self._recipe.continue_from else None

    def _first_optimiser(self) -> AdamW:
        if self._state:
            return AdamW(self._state.first, self._state.second)
        return AdamW(np.zeros_like(self._adapter.vector), np.zeros_like(self._adapter.vector))

    def _objective(self, llama: Llama, lower: LowerLayers) -> Objective:
        if self._recipe.beta is None:
            return Imitation()
        return Preference(self._recipe.beta, Reference(llama, self._given_adapter(llama), lower).log_probability)

    def remaining_seconds(self) -> float | None:
        """How long the rest will take, judged by the work done and to do; None before the first step."""
        return self._work.remaining_seconds(self._clock())

    def run(self) -> Iterator[Progress]:
        """Train, telling each step and checkpoint as it is done.

        Raises:
            LossIsNotANumber: the job diverged.
            OSError: a checkpoint could not be written.
        """
        if self._state:
            self._told = read(self._state.told)
            yield from self._told
            yield Resumed(self._state.n_steps)
        self._work.begin(self._clock())
        for epoch in range(self._recipe.n_epochs):
            for progress in self._epoch(epoch):
                yield progress
                if isinstance(progress, Paused):
                    return
        self._passes.close()

    def _epoch(self, epoch: int) -> Iterator[Progress]:
        step = epoch * self._steps_in_epoch
        done = self._state.n_steps if self._state else 0
        last = step + self._steps_in_epoch
        for batch in batches_of(self._training, self._recipe.batch_size, self._recipe.seed, epoch):
            step += 1
            if step <= done:
                self._work.skip(batch)
                continue
            tally = self._learn(batch, step)
            self._told.append(self._figures(step, tally, is_last=step == last))
            yield self._told[-1]
            if step < last and self._must_pause():
                self._save(step)
                yield Paused(step)
                return
        yield from self._rest(last, done)

    def _rest(self, step: int, done: int) -> Iterator[Progress]:
        if step <= done:
            self._work.skip_validation()
            return
        yield self._checkpoint(step)
        if step < self._total_steps and self._must_pause():
            yield Paused(step)

    def _learn(self, batch: Sequence[Lesson], step: int) -> Tally:
        tally, gradient = self._passes.learn(batch)
        if not isfinite(tally.loss):
            raise LossIsNotANumber(step)
        rate = learning_rate(self._recipe.learning_rate, step - 1, self._total_steps)
        with np.errstate(all="ignore"):  # What overflows here shows in the next step's loss.
            self._optimiser.update(self._adapter.vector, gradient, rate, step - 1)
        self._work.step(batch)
        return tally

    def _figures(self, step: int, tally: Tally, *, is_last: bool) -> Step:
        figures = Step(
            step, self._total_steps, tally.mean_loss, tally.accuracy, train_reward_accuracy=tally.reward_accuracy
        )
        return self._validated(figures) if is_last and self._validation else figures

    def _validated(self, figures: Step) -> Step:
        judged = self._passes.judge(self._validation)
        self._work.validation()
        if not isfinite(judged.loss):
            raise LossIsNotANumber(figures.step)
        return replace(
            figures,
            full_valid_loss=judged.mean_loss,
            full_valid_mean_token_accuracy=judged.accuracy,
            full_valid_reward_accuracy=judged.reward_accuracy,
        )

    def _checkpoint(self, step: int) -> Checkpoint:
        path = self._directory / f"step-{step}.npy"
        save_adapter(path, self._adapter)
        self._told.append(Checkpoint(step, str(path)))
        self._save(step)
        return Checkpoint(step, str(path))

    def _save(self, step: int) -> None:
        means = (self._optimiser.first, self._optimiser.second)
        save_state(self._directory, State(self._adapter.vector, *means, step, written(self._told)))
