"""When the digest is due, and whose jobs belong into it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from storage.rows import JobStatus
from tests.handlers.blocks.samples import plain_job
from tuning.digest import digest_of, period_due

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rhythm", "now", "due"),
    [
        pytest.param("weekly", MONDAY, MONDAY, id="on Monday at nine"),
        pytest.param("weekly", MONDAY - timedelta(seconds=1), None, id="a second before"),
        pytest.param("weekly", MONDAY + timedelta(hours=12), MONDAY, id="late, after a pause"),
        pytest.param("weekly", MONDAY + timedelta(hours=13), None, id="too late"),
        pytest.param("weekly", MONDAY + timedelta(days=1), None, id="on Tuesday"),
        pytest.param("daily", MONDAY + timedelta(days=1), MONDAY + timedelta(days=1), id="daily on Tuesday"),
        pytest.param("daily", MONDAY + timedelta(hours=23), None, id="daily in the night"),
        pytest.param("off", MONDAY, None, id="never"),
    ],
)
def test_a_digest_is_due_at_its_time_and_for_half_a_day_after_it(rhythm, now, due):
    period = period_due(rhythm, now)

    assert (period.until if period else None) == due


def test_two_periods_never_share_a_key_and_lie_end_to_end():
    first, second = period_due("weekly", MONDAY), period_due("weekly", MONDAY + timedelta(days=7))

    assert (first.until, first.key != second.key) == (second.since, True)


def test_a_digest_holds_what_ended_in_its_period_and_what_still_runs():
    period = period_due("weekly", MONDAY)
    ended = plain_job(id="ended", status=JobStatus.FAILED, finished_at=MONDAY - timedelta(days=1))
    others = [
        replace(ended, id="just after", finished_at=MONDAY),
        replace(ended, id="before", finished_at=MONDAY - timedelta(days=8)),
        plain_job(id="running"),
    ]

    digest = digest_of([ended, *others], period)

    assert ([job.id for job in digest.ended], [job.id for job in digest.running]) == (["ended"], ["running"])
    assert digest_of([], period).is_empty
