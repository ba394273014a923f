"""How far the estimate of a job's rest is off, beside one that only counts steps, in processor time.

`python -m benchmarks.trainer_estimate [short|long|uneven]...`; all are run where none is named.
"""

import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from trainer.engine.bases import BASES
from trainer.engine.embedded_learner import EmbeddedLearner
from trainer.engine.examples import example_from
from trainer.engine.learner import Recipe
from trainer.engine.progress import Step
from trainer.engine.training import Training

FIRST, LAST = 0.1, 0.95


@dataclass(frozen=True, slots=True)
class Subject:
    """A job: how many conversations of the example file are strung together in each of its examples, in turn."""

    n_training: int
    n_validation: int
    turns: tuple[int, ...]
    n_epochs: int = 3


SUBJECTS = {
    "short": Subject(50, 10, (1,)),
    "long": Subject(12, 4, (14,), n_epochs=2),
    "uneven": Subject(24, 6, (1, 1, 1, 1, 1, 9), n_epochs=2),
}
"""About 52 tokens an example; about 500; and five short ones for each of about 330."""


def _lines(subject: Subject) -> list[dict[str, object]]:
    """The examples of a subject; the system message stands once in each."""
    rows = [json.loads(line)["messages"] for line in Path("examples/marv.jsonl").read_text("utf-8").splitlines()]
    made: list[dict[str, object]] = []
    at = 0
    for number in range(subject.n_training + subject.n_validation):
        n_turns = subject.turns[number % len(subject.turns)]
        chosen = [rows[(at + turn) % len(rows)] for turn in range(n_turns)]
        at += n_turns
        made.append({"messages": [*chosen[0], *(message for row in chosen[1:] for message in row[1:])]})
    return made


def _report(seen: Sequence[tuple[float, float, float]], began: float, ended: float) -> None:
    total = ended - began
    judged = [one for one in seen if FIRST <= (one[0] - began) / total <= LAST]
    rests = [ended - one[0] for one in judged]
    for name, index in (("by work", 1), ("by counting steps", 2)):
        errors = [abs(one[index] - rest) / rest for one, rest in zip(judged, rests, strict=True)]
        print(
            f"  {name}: after the first tenth {errors[0]:.0%} of the rest, at worst {max(errors):.0%} "
            f"(limit 25 %, {len(judged)} estimates until {LAST:.0%} of the job)"
        )


def measure(name: str) -> None:
    """Train once, note the estimate after every step, and compare with what the rest really took."""
    base, subject = BASES["smollm2-135m"], SUBJECTS[name]
    encoder = base.language().encoder
    lessons = [encoder.lesson(example_from(line)) for line in _lines(subject)]
    training, validation = lessons[: subject.n_training], lessons[subject.n_training :]
    n_tokens = [len(text.tokens) for lesson in training for text in lesson.texts]
    with tempfile.TemporaryDirectory() as folder:
        learner = EmbeddedLearner(base.llama(), Recipe(subject.n_epochs, batch_size=4, learning_rate=1e-3, seed=1))
        run = Training(learner, Path(folder), training, validation, clock=time.process_time)
        began, wall_began, seen = time.process_time(), time.perf_counter(), []
        for told in run.run():
            if isinstance(told, Step):
                now = time.process_time()
                by_steps = (now - began) * (told.total_steps - told.step) / told.step
                seen.append((now, run.remaining_seconds() or 0, by_steps))
        ended, wall = time.process_time(), time.perf_counter() - wall_began
    print(
        f"{name}: {subject.n_training} examples of {min(n_tokens)} to {max(n_tokens)} tokens, {subject.n_epochs} epochs "
        f"with validation: {wall:.0f} s, {ended - began:.0f} of CPU"
    )
    _report(seen, began, ended)


if __name__ == "__main__":
    for subject_name in sys.argv[1:] or SUBJECTS:
        measure(subject_name)
