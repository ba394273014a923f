"""The training loop of one job: steps, validation after every epoch, a checkpoint an epoch."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import ceil, isfinite
from pathlib import Path

from trainer.engine.batches import batches_of
from trainer.engine.examples import Lesson
from trainer.engine.learner import Learner, Stop
from trainer.engine.loss import Tally
from trainer.engine.optimiser import learning_rate
from trainer.engine.progress import Checkpoint, Kept, Paused, Progress, Resumed, Step, read, written
from trainer.engine.work import Work


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

    def __init__(
        self,
        learner: Learner,
        directory: Path,
        training: Sequence[Lesson],
        validation: Sequence[Lesson],
        *,
        must_pause: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._learner = learner
        self._recipe = learner.recipe
        self._directory = directory
        self._training = training
        self._validation = validation
        self._must_pause = must_pause
        self._clock = clock
        self._steps_in_epoch = ceil(len(training) / self._recipe.batch_size)
        self._total_steps = self._steps_in_epoch * self._recipe.n_epochs
        self._stop = learner.resume(directory)
        self._told: list[Kept] = []
        self._work = Work(learner.shape, learner.first_layer, training, validation, self._recipe.n_epochs)

    def remaining_seconds(self) -> float | None:
        """How long the rest will take, judged by the work done and to do; None before the first step."""
        return self._work.remaining_seconds(self._clock())

    def run(self) -> Iterator[Progress]:
        """Train, telling each step and checkpoint as it is done.

        Raises:
            LossIsNotANumber: the job diverged.
            OSError: a checkpoint could not be written.
        """
        if self._stop:
            self._told = read(self._stop.told)
            yield from self._told
            yield Resumed(self._stop.n_steps)
        self._work.begin(self._clock())
        for epoch in range(self._recipe.n_epochs):
            for progress in self._epoch(epoch):
                yield progress
                if isinstance(progress, Paused):
                    return
        self._learner.close()

    def _epoch(self, epoch: int) -> Iterator[Progress]:
        step = epoch * self._steps_in_epoch
        done = self._stop.n_steps if self._stop else 0
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
        tally = self._learner.learn(batch)
        if not isfinite(tally.loss):
            raise LossIsNotANumber(step)
        rate = learning_rate(self._recipe.learning_rate, step - 1, self._total_steps)
        self._learner.update(rate, step - 1)
        self._work.step(batch)
        return tally

    def _figures(self, step: int, tally: Tally, *, is_last: bool) -> Step:
        figures = Step(
            step, self._total_steps, tally.mean_loss, tally.accuracy, train_reward_accuracy=tally.reward_accuracy
        )
        return self._validated(figures) if is_last and self._validation else figures

    def _validated(self, figures: Step) -> Step:
        judged = self._learner.judge(self._validation)
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
        path = self._directory / f"step-{step}{self._learner.checkpoint_suffix}"
        self._learner.save(path)
        self._told.append(Checkpoint(step, str(path)))
        self._save(step)
        return Checkpoint(step, str(path))

    def _save(self, step: int) -> None:
        self._learner.keep(self._directory, Stop(step, written(self._told)))
