"""Rules on what the training will cost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tuning import known_models
from tuning.datasets.measures import TokenFacts
from tuning.datasets.provider_facts import ProviderFacts
from tuning.datasets.rules import Fault, rule
from tuning.hyperparameters import auto_values
from tuning.known_models import Fate
from tuning.prices import Price, estimate, price_of

MANY_EPOCHS = 10
"""More than this from `auto` is worth a question. Our choice."""


ENDING_SOON_DAYS = 60
"""Before a model's shutdown. Our choice."""

LONGEST_JOB_DAYS = 1
"""A job may wait and train this long. Our choice."""

UNCERTAIN_PER_CENT, UNCERTAIN_PER_CENT_ABOUT = 5, 25
"""Around an estimate from exact tokens, and from tokens that are about right. Our choice until bills are compared."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What may still be spent, and by whose leave."""

    who: str
    """Whose budget it is, as one writes it; empty for the team's."""
    left_usd: Decimal
    """Beyond this the job is refused."""
    soft_left_usd: Decimal | None = None
    """Beyond this somebody is asked; None where there is no such limit."""
    approver: str = ""
    """Who may allow more."""


@dataclass(frozen=True, slots=True)
class Cost:
    """A measured file beside what it is meant for."""

    provider: ProviderFacts
    model: str
    """Empty while it is not chosen."""
    n_epochs: int | None
    """None for `auto`."""
    today: date
    examples: int
    tokens: TokenFacts
    budget: Budget | None = None
    method: str = "supervised"
    is_end_told: bool = False
    """Whether another rule says already that the model takes no jobs any more."""

    @property
    def auto_epochs(self) -> int | None:
        return auto_values(self.provider.id, self.examples, self.method).n_epochs

    @property
    def price(self) -> Price | None:
        return price_of(self.provider.id, self.model, self.today)


@rule("K001")
def totals(cost: Cost) -> Iterator[Fault]:
    """The numbers that the bill is made of."""
    tokens, epochs = cost.tokens, cost.n_epochs or cost.auto_epochs
    parameters: dict[str, str | int] = {"total": tokens.total, "trained": tokens.trained, "cut": tokens.cut}
    if epochs is None:
        yield Fault(parameters=parameters, phrases={"epochs": "cost.epochs_unknown"})
    else:
        yield Fault(parameters={**parameters, "epochs": epochs})


@rule("K002")
def over_budget(cost: Cost) -> Iterator[Fault]:
    """The high end of the estimate against what is left."""
    budget, epochs = cost.budget, cost.n_epochs or cost.auto_epochs
    if budget is None or cost.price is None or epochs is None:
        return
    likely = estimate(cost.tokens.billed, epochs, cost.price)
    spread = likely * (UNCERTAIN_PER_CENT if cost.tokens.is_exact else UNCERTAIN_PER_CENT_ABOUT) / 100
    is_over = likely + spread > budget.left_usd
    if is_over or (budget.soft_left_usd is not None and likely + spread > budget.soft_left_usd):
        left = budget.left_usd if is_over or budget.soft_left_usd is None else budget.soft_left_usd
        parameters: dict[str, str | int] = {
            "low_usd": str(likely - spread),
            "high_usd": str(likely + spread),
            "left_usd": str(left),
            "who": budget.who,
            "approver": budget.approver,
        }
        phrases = {} if budget.approver else {"approver": "cost.an_administrator"}
        phrases |= {} if budget.who else {"who": "cost.the_team"}
        yield Fault(severity=None if is_over else "W", parameters=parameters, phrases=phrases)


@rule("K003")
def many_auto_epochs(cost: Cost) -> Iterator[Fault]:
    """`auto` repeats a small file often."""
    epochs = cost.auto_epochs
    if cost.n_epochs is None and epochs is not None and epochs > MANY_EPOCHS:
        parameters: dict[str, str | int] = {"n": epochs, "fewer": MANY_EPOCHS}
        if cost.price is None:
            yield Fault(parameters=parameters, phrases={"cost_usd": "cost.unknown", "less_usd": "cost.unknown"})
            return
        parameters["cost_usd"] = str(estimate(cost.tokens.billed, epochs, cost.price))
        parameters["less_usd"] = str(estimate(cost.tokens.billed, MANY_EPOCHS, cost.price))
        yield Fault(parameters=parameters)


@rule("K004")
def price_unknown(cost: Cost) -> Iterator[Fault]:
    """A price is read or missing, never guessed."""
    if cost.model and cost.price is None:
        yield Fault(parameters={"model": cost.model, "provider": cost.provider.name})


@rule("K005")
def model_ends(cost: Cost) -> Iterator[Fault]:
    """A model that is shut down takes the models tuned from it along; one that is closed takes no job any more."""
    known = known_models.find(cost.provider.id, cost.model) if cost.model else None
    fate = known.fate(cost.today) if known else Fate.UNKNOWN
    ends = known.new_jobs_until if known and fate is Fate.CLOSED else known and known.shuts_down_on
    if not ends or cost.is_end_told or fate not in {Fate.TRAINABLE, Fate.CLOSED, Fate.RETIRED}:
        return
    days = (ends - cost.today).days
    if days <= ENDING_SOON_DAYS:
        others = [
            one.id
            for one in known_models.trainable(cost.provider.id, cost.today)
            if one.shuts_down_on is None or (one.shuts_down_on - cost.today).days > ENDING_SOON_DAYS
        ]
        parameters = {"model": cost.model, "date": ends.isoformat(), "choices": ", ".join(others)}
        phrases = {"why": "cost.ends" if fate is Fate.TRAINABLE else f"models.{fate}"}
        phrases |= {} if others else {"choices": "cost.another_host"}
        yield Fault(
            "base_model", severity=None if days <= LONGEST_JOB_DAYS else "W", parameters=parameters, phrases=phrases
        )


RULES = (totals, over_budget, many_auto_epochs, price_unknown, model_ends)
"""For every file whose tokens were counted."""
