"""Rules on rows that say the same as others: copies, near-copies, and answers that contradict each other."""

from collections.abc import Iterator

import numpy as np

from tuning.datasets.remembered import Remembered, first_with_same
from tuning.datasets.rules import Fault, rule

MOST_COPIES_PER_CENT = 50
"""Of all rows; more copies than this block the job. Our choice."""

FEWEST_ROWS = 20
"""With fewer rows a share says nothing, so copies only warn."""

_FEWEST_ROWS_FOR_DIVERSITY = 10
_LESS_DIVERSE = 0.9


@rule("Q001")
def copies(remembered: Remembered) -> Iterator[Fault]:
    """Rows that are equal but for blanks: learned twice, paid twice, and on both sides of a split."""
    first = remembered.rows.first_of_row
    copied = np.flatnonzero(first != np.arange(len(first)))
    if len(copied):
        is_most = len(first) >= FEWEST_ROWS and len(copied) * 100 > len(first) * MOST_COPIES_PER_CENT
        yield _pair(remembered, int(copied[0]), int(first[copied[0]]), len(copied), severity="E" if is_most else None)


@rule("Q002")
def near_copies(remembered: Remembered) -> Iterator[Fault]:
    """Rows that are almost equal, exact copies left out."""
    first, leaders = remembered.rows.first_of_row, remembered.rows.leaders
    is_original = first == np.arange(len(first))
    # A copy of a near-copy says nothing new, so clusters are counted over originals.
    alike = np.flatnonzero(is_original & (leaders != np.arange(len(leaders))))
    if len(alike):
        clusters = len(np.unique(leaders[alike]))
        yield _pair(remembered, int(alike[0]), int(leaders[alike[0]]), len(alike) + clusters, clusters=clusters)


@rule("Q003")
def contradictions(remembered: Remembered) -> Iterator[Fault]:
    """The same question with two answers: the model learns neither."""
    rows = remembered.rows
    asked, answers = rows.column("asked"), rows.column("answer")
    if not len(asked):
        return
    first = first_with_same(asked)
    differs = (answers != answers[first]) & (rows.column("has_question") == 1)
    for index in np.flatnonzero(differs).tolist():
        yield _pair(remembered, index, int(first[index]), 2)


@rule("Q017")
def diversity(remembered: Remembered) -> Iterator[Fault]:
    """How many rows are left when every cluster counts once."""
    first, leaders = remembered.rows.first_of_row, remembered.rows.leaders
    distinct = len(np.unique(leaders[first])) if len(first) else 0
    if len(first) >= _FEWEST_ROWS_FOR_DIVERSITY and distinct < len(first) * _LESS_DIVERSE:
        yield Fault(parameters={"n": len(first), "distinct": distinct})


def _pair(remembered: Remembered, index: int, other: int, n: int, **more: str | int | None) -> Fault:
    severity = more.pop("severity", None)
    place = remembered.place(index)
    parameters: dict[str, str | int] = {
        "n": n,
        "a": remembered.line(other),
        "b": place["line"],
        **{name: value for name, value in more.items() if value is not None},
    }
    return Fault(
        line=place["line"], example=place["example"], severity="E" if severity == "E" else None, parameters=parameters
    )


RULES = (copies, near_copies, contradictions, diversity)
"""For every file whose rows have answers."""
