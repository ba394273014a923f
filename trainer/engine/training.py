"""The training loop of one job: steps, validation after every epoch, a checkpoint an epoch."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from math import ceil, isfinite
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np

from trainer.engine.batches import batches_of
from trainer.engine.checkpoints import State, load_adapter, load_state, save_adapter, save_state
from trainer.engine.examples import Example
from trainer.engine.llama import Llama
from trainer.engine.lora import Adapter, adapter_over, new_adapter
from trainer.engine.loss import Tally
from trainer.engine.optimiser import AdamW, learning_rate
from trainer.engine.passes import Passes

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


@dataclass(frozen=True, slots=True)
class Step:
    """What a step showed; the last step of an epoch also carries the whole validation file's figures."""

    step: int
    total_steps: int
    train_loss: float
    train_mean_token_accuracy: float
    full_valid_loss: float | None = None
    full_valid_mean_token_accuracy: float | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """An adapter that was saved after `step` steps and can be used as it is."""

    step: int
    path: str


@dataclass(frozen=True, slots=True)
class Resumed:
    """The job goes on after `step` steps, from the state that an interrupted run left.

    What those steps showed is told again before: whoever was listening may have missed the end of it.
    """

    step: int


Progress: TypeAlias = Step | Checkpoint | Resumed


class LossIsNotANumber(ArithmeticError):
    """Training has diverged; nothing that follows could be of use."""

    def __init__(self, step: int) -> None:
        super().__init__(
            f"Training stopped at step {step}: the loss is no longer a number. "
            "The learning rate is too high for this data; start again with a smaller learning_rate_multiplier."
        )


class Training:
    """One job over examples of at least one trained token each."""

    def __init__(
        self, llama: Llama, recipe: Recipe, directory: Path, training: Sequence[Example], validation: Sequence[Example]
    ) -> None:
        self._recipe = recipe
        self._directory = directory
        self._training = training
        self._validation = validation
        self._steps_in_epoch = ceil(len(training) / recipe.batch_size)
        self._total_steps = self._steps_in_epoch * recipe.n_epochs
        self._state = load_state(directory)
        self._told: list[Step | Checkpoint] = []
        self._adapter = self._first_adapter(llama)
        self._optimiser = self._first_optimiser()
        self._passes = Passes(llama, self._adapter)

    def _first_adapter(self, llama: Llama) -> Adapter:
        if self._state:
            return adapter_over(self._state.vector, llama.shape)
        if self._recipe.continue_from:
            return load_adapter(self._recipe.continue_from, llama.shape)
        return new_adapter(llama.shape, self._recipe.seed)

    def _first_optimiser(self) -> AdamW:
        if self._state:
            return AdamW(self._state.first, self._state.second)
        return AdamW(np.zeros_like(self._adapter.vector), np.zeros_like(self._adapter.vector))

    def run(self) -> Iterator[Progress]:
        """Train, telling each step and checkpoint as it is done.

        Raises:
            LossIsNotANumber: the job diverged.
        """
        done = self._state.n_steps if self._state else 0
        if self._state:
            self._told = _read(self._state.told)
            yield from self._told
            yield Resumed(done)
        for epoch in range(done // self._steps_in_epoch, self._recipe.n_epochs):
            yield from self._epoch(epoch)
        self._passes.close()

    def _epoch(self, epoch: int) -> Iterator[Progress]:
        step = epoch * self._steps_in_epoch
        for batch in batches_of(self._training, self._recipe.batch_size, self._recipe.seed, epoch):
            tally = self._learn(batch, step)
            step += 1
            is_last = step == (epoch + 1) * self._steps_in_epoch
            self._told.append(self._figures(step, tally, is_last=is_last))
            yield self._told[-1]
        yield self._checkpoint(step)

    def _learn(self, batch: Sequence[Example], step: int) -> Tally:
        tally, gradient = self._passes.learn(batch)
        if not isfinite(tally.loss):
            raise LossIsNotANumber(step + 1)
        rate = learning_rate(self._recipe.learning_rate, step, self._total_steps)
        with np.errstate(all="ignore"):  # What overflows here shows in the next step's loss.
            self._optimiser.update(self._adapter.vector, gradient, rate, step)
        return tally

    def _figures(self, step: int, tally: Tally, *, is_last: bool) -> Step:
        figures = (step, self._total_steps, tally.mean_loss, tally.accuracy)
        if not (is_last and self._validation):
            return Step(*figures)
        judged = self._passes.judge(self._validation)
        if not isfinite(judged.loss):
            raise LossIsNotANumber(step)
        return Step(*figures, judged.mean_loss, judged.accuracy)

    def _checkpoint(self, step: int) -> Checkpoint:
        path = self._directory / f"step-{step}.npy"
        save_adapter(path, self._adapter)
        self._told.append(Checkpoint(step, str(path)))
        means = (self._optimiser.first, self._optimiser.second)
        save_state(self._directory, State(self._adapter.vector, *means, step, _written(self._told)))
        return Checkpoint(step, str(path))


def _written(told: Sequence[Step | Checkpoint]) -> str:
    return json.dumps([asdict(progress) for progress in told])


def _read(told: str) -> list[Step | Checkpoint]:
    return [Checkpoint(**fields) if "path" in fields else Step(**fields) for fields in json.loads(told)]
