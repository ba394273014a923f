"""Whether there is enough data, whether it is even enough, and how to see if more would help."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from tuning.advice.pieces import Advice
from tuning.datasets.findings import Finding
from tuning.datasets.report import Report

SHOWS_EFFECTS: Final = 50
"""OpenAI's former fine-tuning guide (December 2024): clear improvements from 50 to 100 examples."""

FIRST_RUN: Final = 200
"""Below this, doubling is the next step (rule S003). Our choice."""

UNEVEN: Final = frozenset({"Q001", "Q002", "Q003", "Q004", "Q005", "Q006", "Q007", "Q013", "Q014", "Q019", "S006"})
"""Findings of the check that say that a few kinds of rows outweigh the others, or that rows disagree."""

SUBSETS: Final = (Fraction(1, 4), Fraction(1, 2), Fraction(1))
"""Of a learning curve; the same guide asks for the whole and the half, a quarter more shows whether the slope bends."""


@dataclass(frozen=True, slots=True)
class Evenness:
    """What the check has found against the balance of a file, one finding a kind."""

    advice: Advice
    findings: Sequence[Finding] = ()


def advise_amount(report: Report, minimum_examples: int) -> Advice:
    """Too few to train on, too few to see an effect, enough for a first run, or enough."""
    n = report.examples
    parameters: dict[str, str | int] = {"n": n}
    if n < minimum_examples:
        return Advice("A501", {**parameters, "missing": minimum_examples - n, "minimum": minimum_examples})
    if n < SHOWS_EFFECTS:
        return Advice("A502", {**parameters, "missing": SHOWS_EFFECTS - n})
    return Advice("A503" if n < FIRST_RUN else "A504", {**parameters, "double": 2 * n})


def advise_evenness(report: Report) -> Evenness:
    """Whether a few kinds of rows outweigh the others."""
    found = {finding.code: finding for finding in reversed(report.findings) if finding.code in UNEVEN}
    uneven = [found[code] for code in sorted(found) if found[code].severity != "I"]
    if not uneven:
        return Evenness(Advice("A505"))
    return Evenness(Advice("A506", {"n": len(uneven)}), uneven)


def advise_split() -> Advice:
    """What is held back to see what was gained."""
    return Advice("A507")


def advise_curve(report: Report, usd: Decimal | None) -> Advice | None:
    """The price of training on a quarter, a half and all of the rows; None where a quarter is too few to train on.

    Args:
        usd: what the whole file costs once with the suggested model; None where nobody knows.
    """
    if report.examples * SUBSETS[0] < SHOWS_EFFECTS:
        return None
    parts = [int(report.examples * share) for share in SUBSETS]
    parameters: dict[str, str | int] = {"quarter": parts[0], "half": parts[1], "all": parts[2]}
    if usd is None:
        return Advice("A509", parameters)
    whole = sum(SUBSETS)
    return Advice("A508", {**parameters, "cost_usd": str(usd * whole.numerator / whole.denominator)})
