"""What training costs: dated prices from a file, never guessed."""

from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Final

import msgspec

from tuning import known_models

MILLION: Final = 1_000_000


class Price(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A provider's price for one model from a day on, in US dollars for a million tokens."""

    provider: str
    model: str
    as_of: date
    """The day at which the price was read."""
    training: Decimal
    input: Decimal
    """What a question to the tuned model costs."""
    output: Decimal
    """What its answer costs."""


class _Prices(msgspec.Struct, frozen=True):
    source: str
    prices: tuple[Price, ...]


def price_of(provider_id: str, model: str, today: date) -> Price | None:
    """The latest price known on `today` for a model, an alias or a model tuned from it; None where none is known."""
    known = known_models.find(provider_id, model)
    snapshot = known.id if known else known_models.base_of(model)
    dated = [p for p in _prices() if (p.provider, p.model) == (provider_id, snapshot) and p.as_of <= today]
    return max(dated, key=lambda price: price.as_of, default=None)


def estimate(billed_tokens: int, n_epochs: int, price: Price) -> Decimal:
    """The price in US dollars of training on a file.

    Args:
        billed_tokens: of one pass: each example's tokens, cut at the model's context (`TokenFacts.billed`).
        n_epochs: how often the file is passed.
        price: of the model.
    """
    return Decimal(billed_tokens) * n_epochs * price.training / MILLION


@cache
def _prices() -> tuple[Price, ...]:
    stored = resources.files("tuning").joinpath("prices.json").read_bytes()
    return msgspec.json.decode(stored, type=_Prices).prices
