from datetime import date
from decimal import Decimal

import pytest

from tuning import known_models
from tuning.prices import estimate, offers, price_of

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "model", ["gpt-4.1-mini-2025-04-14", "gpt-4.1-mini", "ft:gpt-4.1-mini-2025-04-14:ours:marv:id"]
)
def test_a_model_its_alias_and_its_tuned_models_have_one_price(model) -> None:
    price = price_of("openai", model, TODAY)
    assert price is not None
    assert (price.training, price.as_of) == (Decimal("5.00"), date(2026, 10, 5))


def test_a_price_is_not_known_before_its_date_nor_guessed_for_another_provider() -> None:
    assert price_of("openai", "gpt-4.1", date(2026, 10, 4)) is None
    assert price_of("custom", "gpt-4.1", TODAY) is None
    assert price_of("openai", "gpt-99", TODAY) is None


def test_an_estimate_is_tokens_times_epochs_times_price() -> None:
    price = price_of("openai", "gpt-4o-mini-2024-07-18", TODAY)
    assert estimate(1_000_000, 3, price) == Decimal(9)
    assert estimate(1, 1, price) == Decimal("0.000003")


def test_the_trainer_is_free() -> None:
    (offer,) = offers("trainer", 50_000, 60, TODAY)
    assert (offer.model, offer.n_epochs, offer.usd) == ("smollm2-135m", 3, Decimal(0))


def test_every_model_that_takes_jobs_is_offered_with_its_price() -> None:
    offered = offers("openai", 1_000_000, 60, TODAY)
    assert [(offer.model, offer.usd) for offer in offered] == [
        ("gpt-4.1-mini-2025-04-14", 15),
        ("gpt-4.1-2025-04-14", 75),
        ("gpt-4o-mini-2024-07-18", 9),
        ("gpt-4o-2024-08-06", 75),
    ]
    assert {offer.shuts_down_on for offer in offered} == {date(2027, 1, 14)}
    assert offers("openai", 1_000_000, 60, date(2027, 1, 6)) == ()


def test_every_successor_is_a_model_that_is_known() -> None:
    for model in known_models.trainable("openai", TODAY):
        assert known_models.find("openai", model.successor) is not None


def test_whatever_ones_own_trainer_trains_is_free():
    price = price_of("trainer", "a-model-added-tomorrow", date(2026, 11, 22))
    assert price is not None
    assert price.training == 0
