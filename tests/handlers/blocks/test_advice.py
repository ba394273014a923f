"""Advice, the form for a prompt, and the marked answers: Slack takes them, and no word of theirs stands in code."""

from dataclasses import replace
from decimal import Decimal

import pytest

from handlers.blocks.advice import advice_page
from handlers.blocks.trial import being_tried, trial_page
from handlers.blocks.trial_modal import TrialForm, trial_modal
from handlers.language import Voice
from storage.rows import Dataset, Place, Trial
from tests.handlers.blocks.samples import LONG, NOW, TENANT
from tests.handlers.blocks.test_dataset_report import BROKEN, READY, checked
from tests.pseudo import pseudo_texts, slipped_through
from tuning.advice.base_models import Priced
from tuning.advice.pieces import Use
from tuning.advice.plan import Offered, plan
from tuning.texts import LANGUAGES, Texts
from tuning.trials.trials import Advised, Askable
from workspace.blocks.check import check_message_blocks
from workspace.blocks.views import check_view

MODELS = [("azure", "gpt-4.1-mini-2025-04-14"), ("trainer", "smollm2-135m"), ("azure", "o4-mini-2025-04-16")]
NAMES = ["gpt mini smollm2 135m", "marv", "Tunesmith Trainer", "azure Azure trainer", "smol", "Q A OpenAI jsonl"]
DATASET = Dataset("ds_1", TENANT, "marv", "U1", Place("C1", "1.0"), "F1", NOW)


@pytest.fixture(name="voice", params=LANGUAGES)
def _voice(request):
    return Voice(Texts.load(), request.param)


def advised(content, use=None, marks=()):
    """A dataset beside every kind of model, and with the prompt that was tried where one was marked."""
    seen = checked(content)
    offered = Offered([Priced(*names, Decimal(4)) for names in MODELS], {"azure": "Azure"}, ["supervised"])
    made = plan(seen.report, offered, use, marks, NOW.date())
    return Advised(seen.dataset, seen.version, seen.report, made, trial("2", marks=marks) if marks else None)


def trial(words, *, marks=(), use="tone", **outcome):
    rows = [{"question": words, "expected": words, "answer": words} for _ in range(10)]
    for row, is_good in zip(rows, marks, strict=False):
        row["is_good"] = is_good
    names = ("ds_1", "ds_1-v1", "U1", "trainer", "smol", use, words)
    return Trial("tr_1", TENANT, Place("C1", "1.0"), *names, NOW, {"rows": rows, **outcome})


def buttons(content):
    rows = [block["elements"] for block in content.blocks if block["type"] == "actions"]
    return [one["action_id"] for one in rows[-1]]


@pytest.mark.parametrize("content", [READY, READY * 5, BROKEN, b"", b"PK\x03\x04"])
def test_slack_takes_all_advice_on_any_file(voice, content):
    check_message_blocks(advice_page(voice, advised(content, Use.TONE, [True] * 10)).payload()["blocks"])


@pytest.mark.parametrize("marks", [(), (True,), (False,) * 10])
def test_slack_takes_ten_endless_answers_whole_with_their_buttons(voice, marks):
    page = trial_page(voice, replace(DATASET, name=LONG[:60]), trial(LONG, marks=marks))

    assert len(page.payload()["blocks"]) == len(page.blocks)
    check_message_blocks(page.payload()["blocks"])


def test_slack_takes_the_form_with_the_longest_prompt_and_many_models(voice):
    models = [Askable("azure", f"{LONG[:90]}{n}", "Azure", Decimal(n)) for n in range(200)]
    origin = {"channel_id": "C1", "thread_ts": "1.0", "version_id": "ds_1-v1"}

    check_view(trial_modal(voice, TrialForm(origin, "marv", models, LONG)))


def test_a_model_s_words_can_ping_nobody(voice):
    shown = str(trial_page(voice, DATASET, trial("<!channel> <@U1> & <https://a.example|b>")).blocks)

    assert "<!channel>" not in shown
    assert "&lt;!channel&gt;" in shown


@pytest.mark.parametrize(
    ("marks", "doors"),
    [
        ([], ["advise.try"]),
        ([True] * 9, ["advise.try"]),
        ([True] * 9 + [False], ["advise.try", "advise.plan", "jobs.start"]),
        ([True] * 8 + [False] * 2, ["advise.plan", "jobs.start", "advise.try"]),
    ],
)
def test_the_verdict_comes_with_the_last_mark_and_never_bars_the_start(voice, marks, doors):
    assert buttons(trial_page(voice, DATASET, trial("2", marks=marks))) == doors


def test_a_file_that_is_not_ready_is_repaired_before_it_is_tried(voice):
    told = [advice_page(voice, advised(content)) for content in (READY, READY + GOOD_WITH_SMART_QUOTES)]

    assert [buttons(one)[0] for one in told] == ["advise.try", "datasets.fixes"]
    assert "❌" in str(told[1].blocks)


GOOD_WITH_SMART_QUOTES = "{“messages”: []}\n".encode()


def test_nothing_of_it_is_written_in_code():
    voice = Voice(pseudo_texts(), "en", {"azure": "Azure", "trainer": "Tunesmith Trainer"})
    pages = [advice_page(voice, advised(READY * 5, use, marks)) for use, marks in [(None, ()), (Use.TONE, [True] * 10)]]
    failed = {"error_code": "model_not_ready", "error_parameters": {"model": "smol"}}
    pages += [
        trial_page(voice, DATASET, trial("2", **failed)),
        trial_page(voice, DATASET, trial("2", marks=[True] * 10)),
    ]
    pages += [being_tried(voice, DATASET, trial("2"))]
    form = trial_modal(voice, TrialForm({}, "marv", [Askable("azure", "smol", "Azure", None)], "2"))

    assert slipped_through([[page.text, list(page.blocks)] for page in pages] + [form], NAMES) == []
