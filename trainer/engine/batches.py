"""Which examples make a step, and how a step's examples are spread over threads.

OpenBLAS at two threads collapses when the machine is shared (its barriers spin), so BLAS runs at one thread and the
batch is split over two Python threads: numpy releases the lock in every product. The number of parts is fixed,
because the order of float sums, and so the adapter's bytes, depend on it.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from trainer.engine.examples import Example

N_PARTS: Final = 2
# Activations take about 0.7 MB a token in the 15 trained layers of SmolLM2-135M, so a part runs in groups.
_GROUP_TOKENS: Final = 512


def batches_of(examples: Sequence[Example], batch_size: int, seed: int, epoch: int) -> Iterator[list[Example]]:
    """The steps of one epoch, in an order that only the seed and the epoch decide."""
    order = np.random.default_rng((seed, epoch)).permutation(len(examples))
    for start in range(0, len(order), batch_size):
        yield [examples[index] for index in order[start : start + batch_size]]


def parts_of(batch: Sequence[Example]) -> list[list[Example]]:
    """The batch dealt out to the threads, longest first, so that each part pads little."""
    by_length = sorted(batch, key=lambda example: len(example.tokens), reverse=True)
    return [by_length[part::N_PARTS] for part in range(N_PARTS)]


def groups_of(part: Sequence[Example]) -> Iterator[list[Example]]:
    """The part in groups that are padded and run together; a long example runs alone."""
    group: list[Example] = []
    for example in part:
        if group and (len(group) + 1) * len(group[0].tokens) > _GROUP_TOKENS:
            yield group
            group = []
        group.append(example)
    if group:
        yield group
