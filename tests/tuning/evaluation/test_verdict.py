"""A verdict on two models' scores rests on an interval that covers what it says, and likeness needs no words."""

import numpy as np
import pytest

from tuning.evaluation.likeness import likeness
from tuning.evaluation.verdict import LEAST_QUESTIONS, MARGIN, Kind, verdict, within


@pytest.mark.parametrize(
    ("freedom", "t"), [(1, 12.706), (2, 4.303), (3, 3.182), (9, 2.262), (10, 2.228), (29, 2.045), (120, 1.980)]
)
def test_students_t_is_that_of_the_printed_tables(freedom, t):
    assert within(t, freedom) == pytest.approx(0.95, abs=1e-4)


@pytest.mark.parametrize("n_questions", [10, 20])
def test_equal_models_of_skewed_scores_are_told_apart_no_more_often_than_is_promised(n_questions):
    """Of four thousand comparisons of models that are equally good, 5 % may be called better or worse, and half a percent more by chance."""
    generator = np.random.default_rng(7)
    n = 4_000
    hardness = generator.beta(0.5, 1.5, (n, n_questions))
    old, new = (np.clip(hardness + generator.exponential(0.2, hardness.shape), 0, 1) for _ in range(2))
    kinds = [verdict(*pair).kind for pair in zip(old.tolist(), new.tolist(), strict=True)]
    assert sum(kind in {Kind.BETTER, Kind.WORSE} for kind in kinds) / n <= 0.055


@pytest.mark.parametrize(
    ("gain", "spread", "n", "kind"),
    [
        (0.2, 0.1, 20, Kind.BETTER),
        (-0.2, 0.1, 20, Kind.WORSE),
        (0.0, 0.05, 20, Kind.AS_GOOD),
        (-0.02, 0.01, 60, Kind.AS_GOOD),
        (0.05, 0.4, 20, Kind.CANNOT_TELL),
        (0.2, 0.01, LEAST_QUESTIONS - 1, Kind.CANNOT_TELL),
    ],
)
def test_a_model_is_better_as_good_or_worse_only_where_the_whole_interval_says_so(gain, spread, n, kind):
    old = [0.5] * n
    new = [0.5 + gain + (spread if number % 2 else -spread) for number in range(n)]
    found = verdict(old, new)
    assert (found.kind, found.n_questions) == (kind, n)
    assert found.low < found.difference < found.high
    assert found.needed == pytest.approx(max(10, (2.8 * max(spread, 0.05) / MARGIN) ** 2), rel=0.15, abs=1)


def test_answers_that_are_all_the_same_leave_a_doubt_as_wide_as_their_number_allows():
    assert verdict([1.0] * 10, [1.0] * 10).kind is Kind.AS_GOOD
    assert verdict([1.0] * 3, [1.0] * 3).kind is Kind.CANNOT_TELL
    assert verdict([1.0], [1.0]) is None


@pytest.mark.parametrize(
    ("answer", "expected", "low", "high"),
    [
        ("A cat.", "A cat.", 1, 1),
        ("A\n cat.", "A cat. ", 1, 1),
        ("退货请在七天内联系我们。", "退货请在七天之内联系我们。", 0.5, 0.99),
        ("好的", "退货请在七天之内联系我们。", 0, 0),
        ("", "something", 0, 0),
        ("", "", 1, 1),
        ("urgent", "billing", 0, 0.2),
    ],
)
def test_likeness_is_one_for_the_same_and_nothing_for_what_has_nothing_in_common(answer, expected, low, high):
    assert low <= likeness(answer, expected) <= high


def test_what_is_missing_counts_more_than_what_is_too_much():
    assert likeness("the capital is Paris", "Paris") > likeness("Paris", "the capital is Paris")
