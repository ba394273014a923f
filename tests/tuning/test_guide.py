from datetime import date
from decimal import Decimal

from tuning.guide import guide_facts

SET_UP = {"openai": "OpenAI", "trainer": "Tunesmith Trainer", "custom": ""}


def test_the_guide_tells_the_price_at_each_provider_whose_prices_are_known():
    facts = guide_facts(SET_UP, date(2026, 11, 24))

    told = [(one.provider, one.model, one.usd) for one in facts.prices]
    assert told == [("OpenAI", "gpt-4.1-mini-2025-04-14", Decimal("0.3")), ("Tunesmith Trainer", "smollm2-135m", 0)]


def test_the_guide_knows_the_last_day_for_new_jobs_and_that_it_has_passed():
    before, after = (guide_facts(SET_UP, day) for day in (date(2027, 1, 5), date(2027, 1, 6)))

    assert (before.last_jobs_on, before.shuts_down_on) == (date(2027, 1, 6), date(2027, 1, 14))
    assert (before.is_closed, after.is_closed) == (False, True)
    assert [one.provider for one in after.prices] == ["Tunesmith Trainer"]
