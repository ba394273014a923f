"""Whether one model's answers are better than another's to the same questions, by their scores: the paired t-test. Pure.

Below fifty questions the interval of the paired t-test covers what it says, where a bootstrap of percentiles does not
(simulated: 95 % beside 90 % at fifteen questions). Nothing is called better, worse or as good but by its interval.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MARGIN: Final = 0.05
"""A difference of scores that doesn't matter. Our choice."""
LEAST_QUESTIONS: Final = 10
"""With fewer nothing is said, however alike they are. Our choice."""
_CONFIDENCE: Final = 0.95
_LEAST_DEVIATION: Final = 0.05
"""Ten pairs without any spread don't show that there is none; our choice."""
_Z_BOTH: Final = 1.959964 + 0.841621
"""Of the normal distribution: a level of 5 % and a power of 80 %."""
_HALVINGS: Final = 60


class Kind(StrEnum):
    BETTER = "better"
    AS_GOOD = "as_good"
    WORSE = "worse"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scores show, and all that it rests on."""

    kind: Kind
    n_questions: int
    old: float
    """The mean score."""
    new: float
    low: float
    """Of the interval, of 95 %, of the new one's mean less the old one's."""
    high: float
    p: float
    needed: int
    """About how many questions would show a difference as large as the margin, four times of five."""

    @property
    def difference(self) -> float:
        """Positive where the new one is ahead."""
        return self.new - self.old


def verdict(old: Sequence[float], new: Sequence[float]) -> Verdict | None:
    """The verdict on two models' scores, from 0 to 1, for the same questions, in the same order; None for fewer than two.

    *As good* is said where the whole interval lies above minus the margin.
    """
    n = len(old)
    if n < 2:  # noqa: PLR2004 - one question has no spread.
        return None
    differences = [after - before for before, after in zip(old, new, strict=True)]
    mean = statistics.fmean(differences)
    deviation = max(statistics.stdev(differences), _LEAST_DEVIATION)
    error = deviation / math.sqrt(n)
    reach = _quantile(_CONFIDENCE, n - 1) * error
    low, high = max(mean - reach, -1.0), min(mean + reach, 1.0)
    needed = math.ceil((_Z_BOTH * deviation / MARGIN) ** 2)
    p = 1 - within(abs(mean) / error, n - 1)
    kind = _kind(low, high) if n >= LEAST_QUESTIONS else Kind.CANNOT_TELL
    return Verdict(kind, n, statistics.fmean(old), statistics.fmean(new), low, high, p, max(needed, LEAST_QUESTIONS))


def _kind(low: float, high: float) -> Kind:
    if low > 0:
        return Kind.BETTER
    if low > -MARGIN:
        return Kind.AS_GOOD
    return Kind.WORSE if high < 0 else Kind.CANNOT_TELL


def within(t: float, freedom: int) -> float:
    """How likely Student's t lies between -t and t: the finite series for whole degrees of freedom.

    Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
    """
    angle = math.atan2(t, math.sqrt(freedom))
    sine, cosine = math.sin(angle), math.cos(angle)
    is_odd = freedom % 2 == 1
    term = cosine if is_odd else 1.0
    total = 0.0
    for k in range(2 if is_odd else 1, freedom, 2):
        total += term
        term *= cosine * cosine * k / (k + 1)
    return 2 / math.pi * (angle + sine * total) if is_odd else sine * total


def _quantile(share: float, freedom: int) -> float:
    """The t that :func:`within` gives the share for."""
    low, high = 0.0, 1e3
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if within(middle, freedom) < share else (low, middle)
    return high
