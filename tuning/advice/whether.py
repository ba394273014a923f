"""Whether to tune at all: what the base model does with the team's best prompt on ten of its rows."""

import math
from collections.abc import Sequence
from typing import Final

from tuning.advice.pieces import Advice, Use

ROWS: Final = 10
"""Asked in one try: few enough that a person reads them all. Our choice."""

ENOUGH: Final = 0.9
"""From this share of good answers on the prompt is left as it is: Microsoft's Foundry skill for fine-tuning (August 2026)
says not to tune a base that gets nine of ten right."""

_Z: Final = 1.959964
"""Of the normal distribution, for an interval of 95 %."""


def whether(use: Use | None, marks: Sequence[bool]) -> Advice:
    """What to do next, before or after the prompt was tried.

    Args:
        marks: whether each answer of the base model was good; empty while nothing was tried.
    """
    if use is Use.FACTS:
        return Advice("A105")
    if not marks:
        return Advice("A101")
    good, asked = sum(marks), len(marks)
    low, high = likely_share(good, asked)
    parameters: dict[str, str | int] = {"good": good, "asked": asked, "low": low, "high": high}
    return Advice("A102" if is_enough(good, asked) else "A103", parameters)


def is_enough(good: int, asked: int) -> bool:
    """Whether so many good answers speak against tuning for now."""
    return good >= ENOUGH * asked


def likely_share(good: int, asked: int) -> tuple[int, int]:
    """Between which shares of good answers, in per cent, the prompt lies with 95 % confidence.

    Wilson's interval, which stays right for few answers and near 0 and 100 %, where the usual one does not
    (E. B. Wilson, Journal of the American Statistical Association 22, 1927).
    """
    share, square = good / asked, _Z * _Z
    middle = share + square / (2 * asked)
    reach = _Z * math.sqrt(share * (1 - share) / asked + square / (4 * asked * asked))
    scale = 1 + square / asked
    return round(100 * (middle - reach) / scale), round(100 * (middle + reach) / scale)
