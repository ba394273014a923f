"""When models stop: how the day is found, and when it is reminded of."""

from datetime import date, timedelta

import pytest

from tuning.ends import End, Outlook, Source, end_of, new_jobs_end, outlook, reminder_due

TODAY = date(2026, 11, 22)
LAST = date(2027, 1, 14)
EARLIER = date(2026, 12, 24)
MINI = "gpt-4.1-mini-2025-04-14"


@pytest.mark.parametrize(
    ("provider", "base", "shutdowns", "expected"),
    [
        ("openai", MINI, {"ft:m": EARLIER, MINI: LAST}, End(EARLIER, Source.MODEL)),
        ("openai", MINI, {MINI: EARLIER}, End(EARLIER, Source.BASE)),
        ("openai", "gpt-4.1-mini", {MINI: EARLIER}, End(EARLIER, Source.BASE)),
        ("openai", MINI, {"another": EARLIER}, End(LAST, Source.LIST)),
        ("trainer", "smollm2-135m", {}, End(None, Source.LIST)),
        ("custom", "llama", {}, End(None, Source.UNKNOWN)),
    ],
)
def test_the_day_is_looked_up_on_the_model_then_on_its_base_then_in_our_list(provider, base, shutdowns, expected):
    assert end_of(provider, "ft:m", base, shutdowns) == expected


def test_the_outlook_counts_the_next_day_and_what_is_unknown():
    ends = [*[End(LAST, Source.BASE)] * 7, End(None, Source.LIST), End(None, Source.UNKNOWN), End(TODAY, Source.LIST)]

    assert outlook(ends, TODAY) == Outlook(total=10, next_on=LAST, stopping=7, unknown=1)
    assert outlook([], TODAY) == Outlook(0, None, 0, 0)


@pytest.mark.parametrize(
    ("left_days", "due"),
    [
        (61, None),
        (60, 60),
        (53, 60),
        (30, 30),
        (29, 30),
        (14, 14),
        (7, 7),
        (6, 7),
        (2, 7),
        (1, 1),
        (0, None),
        (-3, None),
    ],
)
def test_each_reminder_is_due_from_its_day_on_until_the_next_is(left_days, due):
    assert reminder_due(TODAY + timedelta(days=left_days), TODAY) == due


def test_only_a_provider_that_closes_for_all_its_models_ends_new_jobs():
    assert new_jobs_end("openai", TODAY) == date(2027, 1, 6)
    assert new_jobs_end("azure", TODAY) is None
    assert new_jobs_end("custom", TODAY) is None
