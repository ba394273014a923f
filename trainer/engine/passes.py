"""A batch through the model: how well it does by the objective and, in training, the adapter's gradient."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

import numpy as np

from trainer.engine.batches import N_PARTS, groups_of, parts_of
from trainer.engine.examples import Lesson
from trainer.engine.groups import backward, entered, forward
from trainer.engine.llama import Kept, Learning, Llama
from trainer.engine.lora import Adapter, adapter_over
from trainer.engine.loss import Tally, total
from trainer.engine.lower_layers import LowerLayers
from trainer.engine.objectives import Imitation, Objective
from trainer.engine.shape import Array

_VALIDATION_BATCH: Final = 4


class Passes:
    """Runs batches through one model and one adapter, split over threads.

    Overflow is no warning there: whether a loss is a number is for the training loop to ask.
    """

    def __init__(
        self, llama: Llama, adapter: Adapter, objective: Objective | None = None, lower: LowerLayers | None = None
    ) -> None:
        self._llama = llama
        self._adapter = adapter
        self._objective = objective or Imitation()
        self._lower = lower or LowerLayers(llama, adapter.first_layer)
        self._threads = ThreadPoolExecutor(N_PARTS, "passes", initializer=partial(np.seterr, all="ignore"))

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown()

    def learn(self, batch: Sequence[Lesson]) -> tuple[Tally, Array]:
        """The batch's tally and the gradient of its mean loss for the adapter's vector."""
        size = self._objective.size(batch)
        running = [self._threads.submit(self._learn_part, part, size) for part in parts_of(batch) if part]
        done = [future.result() for future in running]
        # Summed in the order of the parts, not of their ends: the same seed gives the same bytes.
        return total(tally for tally, _ in done), sum((gradient for _, gradient in done[1:]), start=done[0][1])

    def judge(self, lessons: Sequence[Lesson]) -> Tally:
        """The tally of examples that are not learned from."""
        chunks = [lessons[start : start + _VALIDATION_BATCH] for start in range(0, len(lessons), _VALIDATION_BATCH)]
        return total(self._threads.map(self._judge_part, chunks))

    def _learn_part(self, part: Sequence[Lesson], size: int) -> tuple[Tally, Array]:
        gradient = adapter_over(np.zeros_like(self._adapter.vector), self._llama.shape)
        learning = Learning(self._adapter, gradient)
        tallies = [self._learn_group(group, size, learning) for group in groups_of(part)]
        return total(tallies), gradient.vector

    def _learn_group(self, lessons: Sequence[Lesson], size: int, learning: Learning) -> Tally:
        texts = [text for lesson in lessons for text in lesson.texts]
        group = entered(texts, self._llama, self._lower.output)
        kept: list[Kept] = []
        x = forward(self._llama, self._adapter, self._adapter.first_layer, group, kept)
        tally, rows_gradient = self._objective.judge(self._llama, x, group, texts, size)
        backward(self._llama, learning, group, kept, rows_gradient)
        return tally

    def _judge_part(self, part: Sequence[Lesson]) -> Tally:
        return total(self._judge_group(group) for group in groups_of(part))

    def _judge_group(self, lessons: Sequence[Lesson]) -> Tally:
        texts = [text for lesson in lessons for text in lesson.texts]
        group = entered(texts, self._llama, self._lower.output)
        x = forward(self._llama, self._adapter, self._adapter.first_layer, group, None)
        return self._objective.judge(self._llama, x, group, texts, None)[0]
