"""The estimate of a job's rest, on a machine that is computed: it pads, attends, validates and saves at a price of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest

from trainer.engine.batches import batches_of, parts_of
from trainer.engine.examples import Example, Lesson, Pair
from trainer.engine.shape import Shape
from trainer.engine.tiny import TINY
from trainer.engine.work import Work

SMALL = Shape(
    n_layers=30,
    width=576,
    feed_forward=1536,
    n_heads=9,
    n_key_value_heads=3,
    vocabulary=49_152,
    context_tokens=8192,
    rope_frequency=100_000.0,
    norm_epsilon=1e-5,
)
"""SmolLM2-135M."""
BATCH_SIZE = 4
LIMIT = 0.25


def text(number: int, n_tokens: int) -> Example:
    """Its first half is the question, the rest the answer; no two numbers make the same text."""
    tokens = np.full(n_tokens, number, np.int32)
    return Example(tokens, np.arange(n_tokens) >= n_tokens // 2)


def texts(lengths: Sequence[int], first: int = 0) -> list[Lesson]:
    return [text(first + number, length) for number, length in enumerate(lengths)]


@dataclass(frozen=True, slots=True)
class Machine:
    """Seconds of a layer's token, of each pair of tokens that attention looks at, of a logit, of a step and of a file."""

    token: float = 1e-4
    pair: float = 4e-8
    output: float = 2e-3
    step: float = 0.02
    saving: float = 0.1

    def batch(self, lessons: Sequence[Lesson], n_layers: int) -> float:
        """One forward pass over the slower of the two threads' parts, padded to their longest."""
        return max(
            self._part([text for lesson in part for text in lesson.texts], n_layers) for part in parts_of(lessons)
        )

    def _part(self, part: Sequence[Example], n_layers: int) -> float:
        longest = max((len(text.tokens) for text in part), default=0)
        trained = sum(int(text.is_trained.sum()) for text in part)
        in_layer = self.token * longest + self.pair * longest**2
        return n_layers * len(part) * in_layer + self.output * trained

    def below(self, lesson: Lesson, n_layers: int) -> float:
        """The frozen layers, which take each text alone."""
        return sum(self._part([replace(text, is_trained=text.is_trained & False)], n_layers) for text in lesson.texts)


@dataclass(frozen=True, slots=True)
class Job:
    training: Sequence[Lesson]
    validation: Sequence[Lesson] = ()
    n_epochs: int = 3
    shape: Shape = SMALL
    first_layer: int = 15
    machine: Machine = Machine()
    n_done: int = 0
    """Steps that an earlier run did."""


def errors(job: Job) -> list[float]:
    """How far each estimate was off, in shares of what was left, from the first tenth of this run until its last twentieth."""
    work = Work(job.shape, job.first_layer, job.training, job.validation, job.n_epochs)
    machine, now, met, step = job.machine, 0.0, set[int](), 0
    n_trained = job.shape.n_layers - job.first_layer
    estimates: list[tuple[float, float]] = []

    def meet(lessons: Sequence[Lesson]) -> float:
        new = [lesson for lesson in lessons if id(lesson) not in met]
        met.update(map(id, new))
        first = sum(machine.below(lesson, job.first_layer) for lesson in new) / 2
        return first + sum(machine.batch([lesson], n_trained) for lesson in new if len(lesson.texts) > 1) / 2

    work.begin(now)
    for epoch in range(job.n_epochs):
        for batch in batches_of(job.training, BATCH_SIZE, 1, epoch):
            step += 1
            if step <= job.n_done:
                work.skip(batch)
                continue
            now += meet(batch) + 2.6 * machine.batch(batch, n_trained) + machine.step
            work.step(batch)
            estimates.append((now, work.remaining_seconds(now) or 0))
        if step <= job.n_done:
            work.skip_validation()
            continue
        now += meet(job.validation) + sum(
            machine.batch(job.validation[at : at + BATCH_SIZE], n_trained)
            for at in range(0, len(job.validation), BATCH_SIZE)
        )
        work.validation()
        estimates[-1] = (now, work.remaining_seconds(now) or 0)
        now += machine.saving
    return [abs(rest - (now - at)) / (now - at) for at, rest in estimates if 0.1 * now <= at <= 0.95 * now]


SHORT = texts([52] * 50)
UNEVEN = texts([int(length) for length in np.random.default_rng(3).lognormal(4, 1, 60).clip(10, 2000)])
JOBS = {
    "fifty short examples, validated": Job(SHORT, texts([52] * 10, 1000)),
    "all layers": Job(SHORT, texts([52] * 10, 1000), first_layer=0),
    "the tiny model, where a step costs more than what it computes": Job(
        texts([40] * 20), texts([40] * 4, 1000), 5, TINY, 0, Machine(2e-6, 1e-9, 2e-6, 0.004, 0.002)
    ),
    "long examples": Job(texts([1500] * 12), texts([1500] * 4, 1000), 2),
    "uneven lengths": Job(UNEVEN, texts([60] * 6, 1000)),
    "a validation file as large as the training file": Job(SHORT, texts([52] * 50, 1000)),
    "validated on longer examples than it learns": Job(SHORT, texts([600] * 10, 1000)),
    "no validation": Job(SHORT),
    "one epoch": Job(texts([52] * 200), texts([52] * 20, 1000), 1),
    "pairs of answers": Job([Pair(text(2 * n, 60), text(2 * n + 1, 60)) for n in range(30)], n_epochs=3),
    "gone on with after the first epoch": Job(SHORT, texts([52] * 10, 1000), n_done=13),
    "gone on with after a pause in the second epoch": Job(SHORT, texts([52] * 10, 1000), n_done=20),
}


@pytest.mark.parametrize("name", JOBS)
def test_the_end_is_foreseen_within_a_quarter_of_what_is_left(name: str) -> None:
    off = errors(JOBS[name])
    assert len(off) > 3
    assert max(off) < LIMIT
