"""What training costs: dated prices from a file, never guessed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Final

import msgspec

from tuning import known_models
from tuning.hyperparameters import auto_values

MILLION: Final = 1_000_000
EVERY_MODEL: Final = "*"
"""In a price's `model`: it holds for whatever the provider trains, as on one's own machine."""


class Price(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A provider's price for one model from a day on, in US dollars for a million tokens."""

    provider: str
    model: str
    as_of: date
    """The day at which the price was read."""
    training: Decimal
    input: Decimal | None = None
    """What a question to the tuned model costs; None where that is not known."""
    output: Decimal | None = None
    """What its answer costs."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One model that a file can be trained with, and what that would cost."""

    model: str
    n_epochs: int | None
    """What `auto` stands for; None where the provider does not say."""
    price: Price | None
    billed_tokens: int
    """Of one pass."""
    shuts_down_on: date | None

    @property
    def usd(self) -> Decimal | None:
        """The whole training, or None where the price or the epochs are not known."""
        if self.price is None or self.n_epochs is None:
            return None
        return estimate(self.billed_tokens, self.n_epochs, self.price)


@dataclass(frozen=True, slots=True)
class Spread:
    """Between what a job will cost, in US dollars."""

    low: Decimal
    likely: Decimal
    high: Decimal


def spread(likely: Decimal, *, is_exact: bool) -> Spread:
    """How far a bill may be from an estimate.

    Args:
        is_exact: whether tokens were counted with the model's own tokenizer. Then the bill differs by what the provider
            adds to every example, within 5 %; otherwise tokenizers differ by a quarter. Both are our choice, until
            bills have been compared with estimates.
    """
    off = Decimal("0.05") if is_exact else Decimal("0.25")
    return Spread(likely * (1 - off), likely, likely * (1 + off))


class _Prices(msgspec.Struct, frozen=True):
    source: str
    prices: tuple[Price, ...]


def price_of(provider_id: str, model: str, today: date) -> Price | None:
    """The latest price known on `today` for a model, an alias or a model tuned from it; None where none is known."""
    known = known_models.find(provider_id, model)
    snapshot = known.id if known else known_models.base_of(model)
    of_model = [p for p in _prices() if p.provider == provider_id and p.model in {snapshot, EVERY_MODEL}]
    dated = [price for price in of_model if price.as_of <= today]
    return max(dated, key=lambda price: price.as_of, default=None)


def estimate(billed_tokens: int, n_epochs: int, price: Price) -> Decimal:
    """The price in US dollars of training on a file.

    Args:
        billed_tokens: of one pass: each example's tokens, cut at the model's context (`TokenFacts.billed`).
        n_epochs: how often the file is passed.
        price: of the model.
    """
    return Decimal(billed_tokens) * n_epochs * price.training / MILLION


def offers(
    provider_id: str,
    billed_tokens: int,
    examples: int,
    today: date,
    n_epochs: int | None = None,
    method: str = "supervised",
) -> tuple[Offer, ...]:
    """What training on a file costs with each model that the provider takes jobs for, by default at its `auto` epochs."""
    n_epochs = n_epochs or auto_values(provider_id, examples, method).n_epochs
    return tuple(
        Offer(model.id, n_epochs, price_of(provider_id, model.id, today), billed_tokens, model.shuts_down_on)
        for model in known_models.trainable(provider_id, today)
    )


@cache
def _prices() -> tuple[Price, ...]:
    stored = resources.files("tuning").joinpath("prices.json").read_bytes()
    return msgspec.json.decode(stored, type=_Prices).prices
