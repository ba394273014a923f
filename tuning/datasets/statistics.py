"""Whether two samples look as if they were drawn from one kind: two classical tests, each a p-value."""

import math

import numpy as np
from numpy.typing import NDArray

_TERMS = 100
_LEAST_EXPECTED = 5
"""Rows of a kind, below which kinds are put together (Cochran's rule)."""


def different_distributions(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> float:
    """The p-value of Kolmogorov's and Smirnov's test of two samples of numbers, by its limiting distribution."""
    values = np.union1d(one, other)
    steps = [np.searchsorted(np.sort(sample), values, side="right") / len(sample) for sample in (one, other)]
    distance = float(np.abs(steps[0] - steps[1]).max())
    effective = math.sqrt(len(one) * len(other) / (len(one) + len(other)))
    # Stephens' correction makes the limit serve for small samples too.
    reach = (effective + 0.12 + 0.11 / effective) * distance
    if reach < 0.2:  # noqa: PLR2004 - below this the series does not converge, and p is 1.
        return 1.0
    terms = [2.0 * (-1.0) ** (k - 1) * math.exp(-2 * k * k * reach * reach) for k in range(1, _TERMS)]
    return min(max(math.fsum(terms), 0.0), 1.0)


def different_counts(one: NDArray[np.unsignedinteger], other: NDArray[np.unsignedinteger]) -> float:
    """The p-value of Pearson's chi-squared test that two samples have the same shares of each kind.

    Rare kinds are put together. The tail is Wilson's and Hilferty's approximation, good to a few per cent here.
    """
    kinds = np.union1d(one, other)
    counts = np.array([[(sample == kind).sum() for kind in kinds] for sample in (one, other)], float)
    totals = counts.sum(axis=1, keepdims=True)
    expected = totals * counts.sum(axis=0) / totals.sum()
    is_rare = expected.min(axis=0) < _LEAST_EXPECTED
    if is_rare.sum() > 1:
        counts, expected = (_merged(table, is_rare) for table in (counts, expected))
    freedom = counts.shape[1] - 1
    if freedom < 1:
        return 1.0
    statistic = float(((counts - expected) ** 2 / expected).sum())
    deviate = ((statistic / freedom) ** (1 / 3) - (1 - 2 / (9 * freedom))) / math.sqrt(2 / (9 * freedom))
    return 0.5 * math.erfc(deviate / math.sqrt(2))


def _merged(table: NDArray[np.float64], is_rare: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.column_stack([table[:, ~is_rare], table[:, is_rare].sum(axis=1)])
