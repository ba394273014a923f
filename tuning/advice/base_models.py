"""Which base model: every one that could be taken, what it is good for, and one that we would take, with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from tuning import known_models
from tuning.advice.pieces import Advice, Use
from tuning.datasets.provider_facts import PROVIDER_FACTS
from tuning.datasets.report import Report
from tuning.datasets.rules.cost import ENDING_SOON_DAYS
from tuning.spoken import is_foreign

_SUITED: Final[Mapping[Use | None, tuple[str, ...]]] = {
    None: ("balanced", "economical", "open_small", "demanding", "open_large"),
    Use.COMPLEX: ("demanding", "open_large", "balanced", "economical", "open_small"),
    Use.NARROW: ("economical", "open_small", "balanced", "demanding", "open_large"),
}
"""What a model is good for, best first, by the use; a use that isn't named is as none. Most uses are served by the
balanced model, complex ones by a stronger, narrow ones by a smaller. Which of today's models is which stands in
known_models.json (`good_for`). Our choice."""

_REASONS: Final = ("not_demo", "lives_longer", "fits", "cheaper", "first")
"""In the order of `Candidate.rank`: by which a model goes before the next."""


@dataclass(frozen=True, slots=True)
class Priced:
    """A model that a provider trains, and what this file costs with it."""

    provider: str
    model: str
    usd: Decimal | None
    """None where no price or no number of epochs is known."""
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """One model beside the file."""

    priced: Priced
    good_for: str
    """A key of the catalogue, `advise.good_for.<…>`; empty where nobody has told us."""
    minimum_examples: int
    shuts_down_on: date | None
    """None where no end is announced."""
    obstacle: str
    """Why it can't be taken, `advise.obstacle.<…>`; empty where it can."""
    rank: tuple[bool, bool, int, Decimal]
    """The lower, the better suited."""


def candidates(priced: Sequence[Priced], report: Report, use: Use | None, today: date) -> list[Candidate]:
    """Every model with its line, the best suited first, those that can't be taken last."""
    found = [_candidate(one, report, use, today) for one in priced]
    return sorted(found, key=lambda one: (one.obstacle != "", one.rank))


def advise_model(ordered: Sequence[Candidate], titles: Mapping[str, str]) -> Advice:
    """The model that we would take, and the one reason that sets it before the next.

    Args:
        ordered: as `candidates` gives them.
        titles: what each provider is called in sentences.
    """
    possible = [one for one in ordered if not one.obstacle]
    if not possible:
        return Advice("A302")
    best, *others = possible
    provider = best.priced.provider
    parameters: dict[str, str | int] = {"model": best.priced.model, "provider": titles.get(provider) or provider}
    return Advice("A301", parameters, {"because": f"advise.because.{_reason(best, others)}"})


def _reason(best: Candidate, others: Sequence[Candidate]) -> str:
    if not others:
        return "only"
    pairs = zip(best.rank, others[0].rank, strict=True)
    return next((reason for reason, (one, other) in zip(_REASONS, pairs, strict=False) if one != other), "first")


def _candidate(priced: Priced, report: Report, use: Use | None, today: date) -> Candidate:
    known = known_models.find(priced.provider, priced.model)
    facts = PROVIDER_FACTS[priced.provider]
    ends = known.shuts_down_on if known else None
    good_for = known.good_for if known else ""
    suited = _SUITED.get(use, _SUITED[None])
    rank = (
        bool(known and known.demo_size),
        bool(ends and (ends - today).days <= ENDING_SOON_DAYS),
        suited.index(good_for) if good_for in suited else len(suited),
        Decimal("Infinity") if priced.usd is None else priced.usd,
    )
    obstacle = ""
    if report.examples < facts.minimum_examples:
        obstacle = "too_few"
    elif known and (report.format.method not in known.methods or report.format.value not in _formats(known)):
        obstacle = "method"
    elif is_foreign(priced.provider, priced.model, report):
        obstacle = "foreign"
    return Candidate(priced, good_for, facts.minimum_examples, ends, obstacle, rank)


def _formats(known: known_models.KnownModel) -> tuple[str, ...]:
    """A method brings its own shape of rows beside those of supervised training."""
    of_methods = {"dpo": "preference", "reinforcement": "reinforcement"}
    return (*known.formats, *(of_methods[one] for one in known.methods if one in of_methods))
