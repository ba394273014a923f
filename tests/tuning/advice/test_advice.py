"""What is advised for a file: each table row is a situation and the rule that it must bring."""

import json
from datetime import date
from decimal import Decimal

import pytest

from storage.rows import DatasetFormat
from tuning.advice.base_models import Priced
from tuning.advice.hyperparameters import advise_hyperparameters
from tuning.advice.methods import advise_method
from tuning.advice.pieces import Use
from tuning.advice.plan import Offered, plan
from tuning.advice.whether import likely_share, whether
from tuning.advice.wording import AdviceWording
from tuning.datasets.check import check
from tuning.datasets.options import CheckOptions
from tuning.texts import LANGUAGES, Texts

TODAY = date(2026, 11, 25)
TITLES = {"openai": "OpenAI", "azure": "Azure", "trainer": "Tunesmith Trainer", "nebius": "Nebius"}
MINI, FULL, NANO = "gpt-4.1-mini-2025-04-14", "gpt-4.1-2025-04-14", "gpt-4.1-nano-2025-04-14"


def report_on(rows, answer="Answer {n}, told in words of its own."):
    def row(n):
        question = {"role": "user", "content": f"Question number {n} about {n * 7919}?"}
        return json.dumps({"messages": [question, {"role": "assistant", "content": answer.format(n=n)}]})

    content = "\n".join([*(row(n) for n in range(rows)), ""]).encode()
    return check([content], CheckOptions("a.jsonl", TODAY))


def planned(report, *priced, use=None, marks=()):
    return plan(report, Offered(priced, TITLES, ["supervised"]), use, marks, TODAY)


def priced(provider, model, usd=None):
    return Priced(provider, model, None if usd is None else Decimal(usd))


@pytest.mark.parametrize(
    ("use", "good", "rule"),
    [
        (None, None, "A101"),
        (Use.TONE, 9, "A102"),
        (Use.TONE, 10, "A102"),
        (Use.TONE, 8, "A103"),
        (None, 0, "A103"),
        (Use.FACTS, 2, "A105"),
    ],
)
def test_nine_of_ten_good_answers_speak_against_tuning(use, good, rule):
    marks = [] if good is None else [True] * good + [False] * (10 - good)

    assert whether(use, marks).rule == rule


@pytest.mark.parametrize(
    ("good", "asked", "interval"), [(9, 10, (60, 98)), (0, 10, (0, 28)), (10, 10, (72, 100)), (50, 100, (40, 60))]
)
def test_the_share_in_use_is_told_with_wilson_s_interval(good, asked, interval):
    assert likely_share(good, asked) == interval


@pytest.mark.parametrize(
    ("row_format", "use", "offered", "rules"),
    [
        (DatasetFormat.CHAT, None, ["supervised"], ["A201"]),
        (DatasetFormat.CHAT, Use.TONE, ["supervised"], ["A201", "A205"]),
        (DatasetFormat.PREFERENCE, None, ["supervised", "dpo"], ["A202"]),
        (DatasetFormat.PREFERENCE, Use.TONE, ["supervised"], ["A202", "A204"]),
        (DatasetFormat.REINFORCEMENT, None, ["supervised"], ["A203", "A204"]),
    ],
)
def test_the_rows_decide_the_method(row_format, use, offered, rules):
    assert [one.rule for one in advise_method(row_format, use, offered)] == rules


AZURE_MINI, AZURE_FULL, AZURE_NANO = (priced("azure", model) for model in (MINI, FULL, NANO))
DEMO = priced("trainer", "smollm2-135m", "0")


@pytest.mark.parametrize(
    ("offered", "use", "model", "because"),
    [
        ([DEMO], None, "smollm2-135m", "only"),
        ([DEMO, AZURE_MINI], None, MINI, "not_demo"),
        ([priced("openai", FULL, 1), AZURE_MINI], None, MINI, "lives_longer"),
        ([AZURE_MINI, AZURE_FULL], Use.COMPLEX, FULL, "fits"),
        ([AZURE_MINI, AZURE_NANO], Use.NARROW, NANO, "fits"),
        ([priced("openai", FULL, 25), priced("openai", "gpt-4o-2024-08-06", 20)], None, "gpt-4o-2024-08-06", "cheaper"),
        ([AZURE_FULL, priced("azure", "gpt-4o-2024-08-06")], None, FULL, "first"),
    ],
)
def test_a_model_is_suggested_for_the_reason_that_sets_it_before_the_next(offered, use, model, because):
    suggested = planned(report_on(60), *offered, use=use).suggested

    assert (suggested.rule, suggested.parameters["model"]) == ("A301", model)
    assert suggested.phrases == {"because": f"advise.because.{because}"}


@pytest.mark.parametrize(
    ("rows", "answer", "offered", "obstacle"),
    [
        (4, "Answer {n}.", AZURE_MINI, "too_few"),
        (60, "第 {n} 个回答，用自己的话说。", DEMO, "foreign"),
        (60, "Answer {n}.", priced("azure", "o4-mini-2025-04-16"), "method"),
    ],
)
def test_a_model_that_cannot_be_taken_is_told_with_the_reason_and_not_suggested(rows, answer, offered, obstacle):
    found = planned(report_on(rows, answer), offered)

    assert [one.obstacle for one in found.models] == [obstacle]
    assert found.suggested.rule == "A302"


@pytest.mark.parametrize(
    ("provider", "examples", "epochs"),
    [
        ("openai", 64, ("A401", 3)),
        ("openai", 5, ("A406", 20)),
        ("trainer", 12, ("A401", 5)),
        ("azure", 64, ("A402", 3)),
        ("azure", 5_000, ("A402", 2)),
    ],
)
def test_epochs_follow_the_size_and_the_provider(provider, examples, epochs):
    first = advise_hyperparameters(provider, "supervised", examples)[0]

    assert (first.rule, first.parameters["epochs"]) == epochs


def test_beta_is_named_for_preferences_alone():
    told = {method: advise_hyperparameters("openai", method, 100)[-1].rule for method in ("supervised", "dpo")}

    assert told == {"supervised": "A404", "dpo": "A405"}


@pytest.mark.parametrize(("rows", "rule"), [(9, "A501"), (49, "A502"), (50, "A503"), (199, "A503"), (200, "A504")])
def test_too_little_is_said_with_what_is_missing(rows, rule):
    amount = planned(report_on(rows), AZURE_MINI).amount

    assert (amount.rule, amount.parameters["n"]) == (rule, rows)


def test_uneven_data_is_told_by_the_rules_of_the_check():
    uneven, even = (planned(report_on(60, answer), DEMO).evenness for answer in ("Always this one.", "Answer {n}."))

    assert (uneven.advice.rule, even.advice.rule) == ("A506", "A505")
    assert "Q004" in [finding.code for finding in uneven.findings]


@pytest.mark.parametrize(
    ("rows", "usd", "rule", "parameters"),
    [
        (199, 1, None, {}),
        (200, 4, "A508", {"quarter": 50, "half": 100, "all": 200, "cost_usd": "7"}),
        (200, None, "A509", {"quarter": 50, "half": 100, "all": 200}),
    ],
)
def test_a_learning_curve_is_priced_before_anybody_asks_for_it(rows, usd, rule, parameters):
    curve = planned(report_on(rows), priced("azure", MINI, usd)).curve

    assert (curve.rule if curve else None, dict(curve.parameters) if curve else {}) == (rule, parameters)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_piece_names_its_rule_and_its_source(language):
    wording = AdviceWording(Texts.load(), language)
    plans = [
        planned(report_on(rows), *offered, use=use, marks=marks)
        for rows, offered, use, marks in [
            (5, [], Use.FACTS, []),
            (64, [AZURE_MINI, DEMO], Use.TONE, [True] * 9 + [False]),
            (400, [priced("openai", MINI, 1)], Use.COMPLEX, [False] * 10),
        ]
    ]

    for piece in (piece for one in plans for piece in one.pieces()):
        assert wording.sentence(piece)
        assert wording.source(piece).startswith(f"{piece.rule} · ")
