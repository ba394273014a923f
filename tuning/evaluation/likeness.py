"""How much an answer is like the one that a dataset holds: chrF, which needs no words and so serves Chinese as well. Pure.

Maja Popović, "chrF: character n-gram F-score for automatic MT evaluation", WMT 2015: n-grams of one to six characters
without white space, recall counted twice as much as precision. Orders that neither text is long enough for are left out.
"""

from collections import Counter
from typing import Final

_ORDERS: Final = range(1, 7)
_BETA_SQUARED: Final = 4


def likeness(answer: str, expected: str) -> float:
    """From 0, nothing in common, to 1, the same but for white space."""
    said, wanted = "".join(answer.split()), "".join(expected.split())
    if not said or not wanted:
        return float(said == wanted)
    orders = [order for order in _ORDERS if order <= max(len(said), len(wanted))]
    precision = recall = 0.0
    for order in orders:
        ours, theirs = _grams(said, order), _grams(wanted, order)
        common = (ours & theirs).total()
        precision += common / max(ours.total(), 1) / len(orders)
        recall += common / max(theirs.total(), 1) / len(orders)
    if not precision or not recall:
        return 0.0
    return (1 + _BETA_SQUARED) * precision * recall / (_BETA_SQUARED * precision + recall)


def _grams(text: str, order: int) -> Counter[str]:
    return Counter(text[at : at + order] for at in range(len(text) - order + 1))
