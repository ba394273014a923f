"""What the guide 'Should we fine-tune?' says in figures: prices and end dates, looked up and never written by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from tuning import known_models
from tuning.prices import estimate, price_of

EXAMPLES: Final = 100
TOKENS_AN_EXAMPLE: Final = 200
EPOCHS: Final = 3
"""The training whose price the guide tells: a first serious try, as its sentence says."""


@dataclass(frozen=True, slots=True)
class GuidePrice:
    """What that training costs at one provider that is set up here."""

    provider: str
    """As in sentences."""
    model: str
    usd: Decimal


@dataclass(frozen=True, slots=True)
class GuideFacts:
    prices: tuple[GuidePrice, ...]
    """Empty where no price is known."""
    last_jobs_on: date
    """The first day on which OpenAI takes no new job."""
    shuts_down_on: date
    """The day on which the last of the models tuned there stops."""
    is_closed: bool
    """Whether that first day has come."""


def guide_facts(providers: Mapping[str, str], today: date) -> GuideFacts:
    """The figures as of `today`.

    Args:
        providers: what each provider that is set up here is called in sentences, by its name.
    """
    prices = tuple(price for name, title in providers.items() if (price := _price(name, title, today)))
    closing = [model for model in known_models.of_provider("openai") if model.new_jobs_until and model.shuts_down_on]
    last_jobs_on = max(model.new_jobs_until for model in closing if model.new_jobs_until)
    shuts_down_on = max(model.shuts_down_on for model in closing if model.shuts_down_on)
    return GuideFacts(prices, last_jobs_on, shuts_down_on, is_closed=today >= last_jobs_on)


def _price(provider: str, title: str, today: date) -> GuidePrice | None:
    """With the model that is recommended first of those that the provider trains."""
    model = next(iter(known_models.trainable(provider, today)), None)
    price = price_of(provider, model.id, today) if model else None
    if model is None or price is None:
        return None
    return GuidePrice(title, model.id, estimate(EXAMPLES * TOKENS_AN_EXAMPLE, EPOCHS, price))
