"""Rules on what the training will cost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tuning.datasets.measures import TokenFacts
from tuning.datasets.provider_facts import ProviderFacts
from tuning.datasets.rules import Fault, rule
from tuning.hyperparameters import auto_values
from tuning.prices import Price, estimate, price_of

MANY_EPOCHS = 10
"""More than this from `auto` is worth a question. Our choice."""


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

    @property
    def auto_epochs(self) -> int | None:
        return auto_values(self.provider.id, self.examples).n_epochs

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


RULES = (totals, many_auto_epochs, price_unknown)
"""For every file whose tokens were counted."""
