"""What one training process is asked to do, and the examples it does it with."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from trainer.engine.examples import Encoder, Lesson, example_from, longest_tokens
from trainer.engine.learner import Recipe
from trainer.engine.memory import Lengths, longest_that_fits, needed_bytes
from trainer.engine.shape import Shape


@dataclass(frozen=True, slots=True)
class Plan:
    """What to train on what; paths are strings, because a plan is a JSON file."""

    base: str
    training_file: str
    validation_file: str | None
    directory: str
    n_epochs: int
    batch_size: int
    learning_rate_multiplier: float
    seed: int
    continue_from: str | None
    beta: float | None = None
    """For dpo alone."""
    memory_bytes: int | None = None
    """The most memory that the process may take, or None for all that is free."""

    def recipe(self, learning_rate: float) -> Recipe:
        """How the job trains, over a base with this peak rate."""
        rate = learning_rate * self.learning_rate_multiplier
        recipe = Recipe(self.n_epochs, self.batch_size, rate, self.seed, beta=self.beta)
        return replace(recipe, continue_from=Path(self.continue_from)) if self.continue_from else recipe


class Unfit(ValueError):
    """The job cannot be trained here; the sentence says why, the code is one word for it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Lessons:
    """The examples of one file, cut where they are too long, without those that have nothing left to learn."""

    lessons: tuple[Lesson, ...]
    lines: tuple[int, ...]
    """The line of the file that each stands on."""
    n_cut: int
    limit_tokens: int
    """Where they are cut."""

    def lengths(self) -> list[int]:
        """The tokens of every example; of its longer text, where it has two."""
        return [longest_tokens(lesson) for lesson in self.lessons]

    def longest(self) -> tuple[int, int]:
        """The line and the tokens of the longest example; zeros where there is none."""
        return max(zip(self.lengths(), self.lines, strict=True), default=(0, 0))[::-1]


def read_lessons(path: str | None, encoder: Encoder, limit_tokens: int) -> Lessons:
    """The lessons in a file of sound lines.

    Raises:
        UnsuitableTemplate: the model's chat template cannot show where an answer begins.
    """
    found: list[tuple[int, Lesson]] = []
    # Only a line feed ends a line of JSONL; a carriage return may stand between the parts of a JSON object.
    if path:
        with Path(path).open(encoding="utf-8-sig", newline="\n") as lines:
            found = [
                (number, encoder.lesson(example_from(json.loads(line))))
                for number, line in enumerate(lines, start=1)
                if line.strip()
            ]
    n_cut = sum(longest_tokens(lesson) > limit_tokens for _, lesson in found)
    cut = [(number, lesson.cut(limit_tokens)) for number, lesson in found]
    useful = [(number, lesson) for number, lesson in cut if lesson.has_lesson]
    return Lessons(tuple(lesson for _, lesson in useful), tuple(number for number, _ in useful), n_cut, limit_tokens)


def require_lessons(training: Lessons) -> None:
    """Make sure that there is something to learn.

    Raises:
        Unfit: there is not.
    """
    if not training.lessons:
        message = f"No example has a trained token within the first {training.limit_tokens} tokens."
        raise Unfit("invalid_training_file", message)


def require_fit(plan: Plan, shape: Shape, training: Lessons, validation: Lessons, free: Callable[[], int]) -> None:
    """Make sure, before any weight is read, that training will have enough memory.

    Raises:
        Unfit: it will not; the sentence names the line that needs most, and what would fit.
    """
    n_texts = len(training.lessons[0].texts)
    lengths = Lengths(training.lengths(), validation.lengths(), plan.batch_size, n_texts)
    needed, available = needed_bytes(shape, lengths), free()
    if needed <= available:
        return
    of_training, of_validation = training.longest(), validation.longest()
    name, (line, tokens) = max(("training", of_training), ("validation", of_validation), key=lambda found: found[1][1])
    fits = longest_that_fits(shape, lengths, available)
    remedy = f"Shorten the examples to at most {fits} tokens, or free memory" if fits else "Free memory"
    raise Unfit(
        "insufficient_memory",
        f"Training would take up to {_megabytes(needed)} of memory, and {_megabytes(available)} is free. "
        f"The longest example, on line {line} of the {name} file, has {tokens} tokens. "
        f"{remedy}, and create the job again.",
    )


def _megabytes(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:,.0f} MB"
