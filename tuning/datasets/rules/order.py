"""The rule on the order of the rows."""

from collections.abc import Iterator

import numpy as np

from tuning.datasets.remembered import Remembered
from tuning.datasets.rules import Fault, rule

FEWEST_ROWS = 10
"""Our choice, as are the shares below."""

SORTED_PER_CENT = 98
"""Of neighbouring rows that are in order."""

ORDERED = 0.9
"""The correlation of the rows' places with the ranks of their lengths."""

_FEWEST_LENGTHS = 8
SHUFFLING_SEED = 42
"""Named in the advice; any other serves as well."""


@rule("Q019")
def sorted_rows(remembered: Remembered) -> Iterator[Fault]:
    """Batches of one kind teach one kind at a time, and a split by position is not a fair one."""
    rows = remembered.rows
    if len(rows) < FEWEST_ROWS:
        return
    if rows.are_labels and _is_in_blocks(rows.column("answer"), len(rows.labels)):
        yield Fault(parameters={"seed": SHUFFLING_SEED}, phrases={"key": "orders.label"})
        return
    lengths = rows.column("tokens").astype(np.int64)
    steps = np.diff(lengths)
    rising, falling = float((steps >= 0).mean()) * 100, float((steps <= 0).mean()) * 100
    distinct, ranks = np.unique(lengths, return_inverse=True)
    if len(distinct) < _FEWEST_LENGTHS:
        return
    correlation = abs(float(np.corrcoef(np.arange(len(ranks)), ranks)[0, 1]))
    if max(rising, falling) >= SORTED_PER_CENT or correlation >= ORDERED:
        yield Fault(parameters={"seed": SHUFFLING_SEED}, phrases={"key": "orders.length"})


def _is_in_blocks(answers: np.ndarray, labels: int) -> bool:
    """Whether every label stands in one block; with one label there is no order."""
    return labels > 1 and int((answers[1:] != answers[:-1]).sum()) == labels - 1


RULES = (sorted_rows,)
"""For every file whose rows have answers."""
