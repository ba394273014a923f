"""Rules on the pairs of a preference file taken together: contradictions, and what else tells the sides apart."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tuning.datasets.pairs_of_answers import AnswerPairs, features
from tuning.datasets.remembered import first_with_same
from tuning.datasets.rules import Fault, rule

LONGER_WINS_PER_CENT = 75
LONGER_BY = 1.5
SURELY = 0.01
SEPARATED_PER_CENT = 60
FEW_PAIRS, PAIRS_FOR_MANY_EPOCHS, FEW_EPOCHS = 100, 500, 2
MOST_PAIRS_A_PROMPT = 5
GRADER_DISAGREES_PER_CENT = 20
"""All of these are our choice."""

_FEWEST_PAIRS = 10


@dataclass(frozen=True, slots=True)
class PreferenceSides:
    """All pairs of a file, and what is planned with them."""

    pairs: AnswerPairs
    n_epochs: int | None
    auto_epochs: int | None
    disagreements: int = 0
    """Pairs for which the job's grader prefers the rejected answer, of those graded."""
    graded: int = 0


@rule("P011")
def opposite_pairs(sides: PreferenceSides) -> Iterator[Fault]:
    """A pair, and the same pair reversed; or more than five pairs for one prompt."""
    pairs = sides.pairs
    asked, preferred, rejected = (pairs.column(name).tolist() for name in ("asked", "preferred", "rejected"))
    seen: dict[tuple[int, int, int], int] = {}
    for index, (prompt, better, worse) in enumerate(zip(asked, preferred, rejected, strict=True)):
        other = seen.get((prompt, worse, better))
        if other is not None:
            parameters: dict[str, str | int] = {"a": pairs.place(other)["line"], "b": pairs.place(index)["line"]}
            yield Fault(**pairs.place(index), parameters=parameters, phrases={"what": "pairs.opposite"})
        seen.setdefault((prompt, better, worse), index)
    counts = np.bincount(first_with_same(pairs.column("asked"))) if len(pairs) else np.zeros(0, int)
    for index in np.flatnonzero(counts > MOST_PAIRS_A_PROMPT).tolist():
        parameters = {"a": pairs.place(index)["line"], "n": int(counts[index])}
        yield Fault(**pairs.place(index), severity="W", parameters=parameters, phrases={"what": "pairs.many"})


@rule("P012")
def longer_wins(sides: PreferenceSides) -> Iterator[Fault]:
    """Where the longer answer nearly always wins, the model learns to write long."""
    ours, theirs = sides.pairs.column("preferred_length"), sides.pairs.column("rejected_length")
    if len(ours) < _FEWEST_PAIRS:
        return
    longer, shorter = int((ours > theirs).sum()), int((ours < theirs).sum())
    share = longer * 100 / max(longer + shorter, 1)
    is_sure = share > LONGER_WINS_PER_CENT and _sign_test(longer, longer + shorter) < SURELY
    if is_sure or float(np.median(ours / theirs)) > LONGER_BY:
        yield Fault(parameters={"share": int(share)})


@rule("P013")
def sides_told_apart(sides: PreferenceSides) -> Iterator[Fault]:
    """Language, form or refusal that is one thing on one side and another on the other."""
    pairs = sides.pairs
    if len(pairs) < _FEWEST_PAIRS:
        return
    for name in features():
        ours, theirs = pairs.column(f"preferred_{name}"), pairs.column(f"rejected_{name}")
        is_known = (ours > 0) & (theirs > 0) if name == "script" else np.ones(len(ours), bool)
        differing = (ours != theirs) & is_known
        directions = np.bincount(ours[differing] * 16 + theirs[differing]) if differing.any() else np.zeros(1, int)
        share = int(directions.max()) * 100 // len(pairs)
        if share >= SEPARATED_PER_CENT:
            yield Fault(parameters={"share": share}, phrases={"feature": f"pairs.{name}"})


@rule("P014")
def few_pairs(sides: PreferenceSides) -> Iterator[Fault]:
    """Preferences are learned fast and over-learned faster."""
    n = len(sides.pairs)
    epochs = sides.n_epochs or sides.auto_epochs or 0
    if 0 < n < FEW_PAIRS or (0 < n < PAIRS_FOR_MANY_EPOCHS and epochs > FEW_EPOCHS):
        yield Fault("n_epochs", parameters={"n": n})


@rule("P016")
def grader_disagrees(sides: PreferenceSides) -> Iterator[Fault]:
    """Only where the job's grader was run on the pairs."""
    if sides.graded and sides.disagreements * 100 > sides.graded * GRADER_DISAGREES_PER_CENT:
        yield Fault(parameters={"share": sides.disagreements * 100 // sides.graded})


def _sign_test(wins: int, n: int) -> float:
    """The one-sided p-value of `wins` of `n` by chance alone, in the normal approximation with its correction."""
    return 0.5 * math.erfc((wins - 0.5 - n / 2) / math.sqrt(n / 2)) if n else 1.0


RULES = (opposite_pairs, longer_wins, sides_told_apart, few_pairs, grader_disagrees)
"""For every preference file."""
