"""Which examples make a step, and how a step's examples are spread over threads.

OpenBLAS at two threads collapses when the machine is shared (its barriers spin), so BLAS runs at one thread and the
batch is split over two Python threads: numpy releases the lock in every product. The number of parts is fixed,
because the order of float sums, and so the adapter's bytes, depend on it.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from trainer.engine.examples import Lesson, longest_tokens

N_PARTS: Final = 2
GROUP_TOKENS: Final = 512
"""Activations take about 0.7 MB a token in the 15 trained layers of SmolLM2-135M, so a part runs in groups."""


def batches_of(lessons: Sequence[Lesson], batch_size: int, seed: int, epoch: int) -> Iterator[list[Lesson]]:
    """The steps of one epoch, in an order that only the seed and the epoch decide."""
    order = np.random.default_rng((seed, epoch)).permutation(len(lessons))
    for start in range(0, len(order), batch_size):
        yield [lessons[index] for index in order[start : start + batch_size]]


def parts_of(batch: Sequence[Lesson]) -> list[list[Lesson]]:
    """The batch dealt out to the threads, longest first, so that each part pads little."""
    by_length = sorted(batch, key=longest_tokens, reverse=True)
    return [by_length[part::N_PARTS] for part in range(N_PARTS)]


def groups_of(part: Sequence[Lesson], limit_tokens: int = GROUP_TOKENS) -> Iterator[list[Lesson]]:
    """The part in groups that are padded and run together; a long example, or a pair, runs alone."""
    group: list[Lesson] = []
    for lesson in part:
        if group and (len(group) + 1) * len(lesson.texts) * longest_tokens(group[0]) > limit_tokens:
            yield group
            group = []
        group.append(lesson)
    if group:
        yield group
