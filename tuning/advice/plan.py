"""All advice on one file, in the order in which somebody decides."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tuning.advice.base_models import Candidate, Priced, advise_model, candidates
from tuning.advice.data import Evenness, advise_amount, advise_curve, advise_evenness, advise_split
from tuning.advice.hyperparameters import advise_hyperparameters
from tuning.advice.methods import advise_method
from tuning.advice.pieces import Advice, Use
from tuning.advice.whether import whether
from tuning.datasets.report import Report


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be trained with here today."""

    priced: Sequence[Priced]
    """One a model and provider."""
    titles: Mapping[str, str]
    """What each provider is called in sentences."""
    methods: Iterable[str]
    """That can be started here."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Whether, by which method, on which base, with what, and on how much."""

    whether: Advice
    method: Sequence[Advice]
    models: Sequence[Candidate]
    """The best suited first."""
    suggested: Advice
    hyperparameters: Sequence[Advice]
    amount: Advice
    evenness: Evenness
    split: Advice
    curve: Advice | None
    """What a learning curve would cost; None where the file is too small for one."""

    def pieces(self) -> list[Advice]:
        """Every piece, in order."""
        curve = [self.curve] if self.curve else []
        data = [self.amount, self.evenness.advice, self.split, *curve]
        return [self.whether, *self.method, self.suggested, *self.hyperparameters, *data]


def plan(report: Report, offered: Offered, use: Use | None, marks: Sequence[bool], today: date) -> Plan:
    """The advice for the file of `report`.

    Args:
        use: what the team wants the model for; None where it hasn't said.
        marks: whether each answer that the base model gave with the team's prompt was good.
    """
    models = candidates(offered.priced, report, use, today)
    best = next((one for one in models if not one.obstacle), None)
    minimum = min((one.minimum_examples for one in models), default=1)
    method = report.format.method
    return Plan(
        whether=whether(use, marks),
        method=advise_method(report.format, use, offered.methods),
        models=models,
        suggested=advise_model(models, offered.titles),
        hyperparameters=advise_hyperparameters(best.priced.provider if best else "", method, report.examples),
        amount=advise_amount(report, minimum),
        evenness=advise_evenness(report),
        split=advise_split(),
        curve=advise_curve(report, best.priced.usd if best else None),
    )
