"""How much of a job's work is done, and so how long the rest will take.

Work is counted in multiplications of the forward pass, attention included, which grows with the square of a text's
length. A step is one forward pass and about two more for the gradients; the frozen layers below the adapter run only
the first time that they meet a text.
"""

from collections.abc import Sequence
from typing import Final

from trainer.engine.examples import Example, Lesson
from trainer.engine.shape import Shape

_PASSES_OF_A_STEP: Final = 3


class Work:
    """The work of one job, in the order in which it is done."""

    def __init__(
        self,
        shape: Shape,
        first_layer: int,
        training: Sequence[Lesson],
        validation: Sequence[Lesson],
        n_epochs: int,
    ) -> None:
        self._shape = shape
        self._first_layer = first_layer
        self._met: set[bytes] = set()
        self._validation = validation
        lessons = (*training, *validation)
        upper = sum(self._learned(lesson) for lesson in training) + sum(self._judged(lesson) for lesson in validation)
        self._total = n_epochs * upper + sum(self._first(lesson) for lesson in lessons)
        self._met.clear()
        self._done = 0
        self._done_before = 0
        self._began_seconds: float | None = None

    def skip(self, batch: Sequence[Lesson]) -> None:
        """A step that an earlier run did; the frozen layers have to meet its texts again."""
        self._done_before += sum(self._learned(lesson) for lesson in batch)

    def skip_validation(self) -> None:
        """A validation that an earlier run did."""
        self._done_before += sum(self._judged(lesson) for lesson in self._validation)

    def begin(self, now_seconds: float) -> None:
        """Work starts now."""
        self._began_seconds = now_seconds

    def step(self, batch: Sequence[Lesson]) -> None:
        """A step is done."""
        self._done += sum(self._learned(lesson) + self._first(lesson) for lesson in batch)

    def validation(self) -> None:
        """A validation is done."""
        self._done += sum(self._judged(lesson) + self._first(lesson) for lesson in self._validation)

    def remaining_seconds(self, now_seconds: float) -> float | None:
        """How long the rest takes at this run's pace so far; None before the first step."""
        if self._began_seconds is None or not self._done:
            return None
        rest = max(0, self._total - self._done_before - self._done)
        return (now_seconds - self._began_seconds) * rest / self._done

    def _learned(self, lesson: Lesson) -> int:
        return _PASSES_OF_A_STEP * self._judged(lesson)

    def _judged(self, lesson: Lesson) -> int:
        n_layers = self._shape.n_layers - self._first_layer
        return sum(n_layers * self._in_layer(len(text.inputs)) + self._output(text) for text in lesson.texts)

    def _first(self, lesson: Lesson) -> int:
        """What a lesson costs on top when it is met for the first time."""
        key = b"".join(text.tokens.tobytes() for text in lesson.texts)
        if key in self._met:
            return 0
        self._met.add(key)
        once = sum(self._first_layer * self._in_layer(len(text.inputs)) for text in lesson.texts)
        is_compared = len(lesson.texts) > 1
        return once + (self._judged(lesson) if is_compared else 0)  # The reference judges a pair once.

    def _in_layer(self, n_tokens: int) -> int:
        shape = self._shape
        projections = shape.width * (2 * shape.query_width + 2 * shape.key_value_width + 3 * shape.feed_forward)
        return n_tokens * (projections + 2 * n_tokens * shape.query_width)

    def _output(self, text: Example) -> int:
        return int(text.is_target_trained.sum()) * self._shape.vocabulary * self._shape.width
