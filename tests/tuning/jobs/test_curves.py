from datetime import UTC, datetime, timedelta

import pytest

from storage.rows import JobEvent, Tenant
from tuning.jobs.curves import LATEST, POINTS, Point, curves, finish_estimate, metrics_of, thinned

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def event(**data):
    return JobEvent("job_1", Tenant("T1"), "e", NOW, "info", "metrics", "", data)


def test_the_curves_hold_what_the_steps_report():
    drawn = curves(
        [
            event(step=1, train_loss=2.5, valid_loss=2.7),
            event(step=2, train_loss=2.0),
            event(step=3, train_loss=None, full_valid_loss=1.9, valid_loss=1.0),
            event(message="no numbers"),
        ]
    )

    assert drawn.training == (Point(1, 2.5), Point(2, 2.0))
    assert drawn.validation == (Point(1, 2.7), Point(3, 1.9))


def test_the_newest_steps_are_kept_one_by_one():
    drawn = curves([event(step=step, train_loss=float(step)) for step in range(1, 40)])

    assert [point.step for point in drawn.latest] == list(range(40 - LATEST, 40))


@pytest.mark.parametrize("count", [1, POINTS, POINTS + 1, 39, 1000])
def test_a_thinned_curve_keeps_its_ends_and_fits_the_chart(count):
    points = [Point(step, float(step)) for step in range(count)]

    thin = thinned(points)

    assert len(thin) == min(count, POINTS)
    assert (thin[0], thin[-1]) == (points[0], points[-1])
    assert sorted(set(thin), key=lambda point: point.step) == list(thin)


def test_numbers_that_are_none_are_left_out():
    assert metrics_of({"step": "3", "train_loss": float("nan"), "total_steps": True}) == metrics_of({})


@pytest.mark.parametrize(
    ("step", "total", "seconds"),
    [(3, 9, 120), (9, 9, 0), (None, 9, None), (0, 9, None), (3, None, None), (10, 9, None)],
)
def test_the_end_follows_from_the_pace(step, total, seconds):
    estimate = finish_estimate(NOW - timedelta(seconds=60), NOW, step, total)

    assert estimate == (None if seconds is None else NOW + timedelta(seconds=seconds))
