"""Whatever a card has to show, Slack takes it: lengths, counts and structure, in both languages."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from handlers.blocks.comparison import comparison
from handlers.blocks.example import already_there, example_choice, example_root
from handlers.blocks.greeting import greeting, help_page
from handlers.blocks.guide import guide
from handlers.blocks.home import AtHome, home
from handlers.blocks.job_card import Watched, job_card
from handlers.blocks.kit import Content
from handlers.blocks.lists import delete_question, event_list, job_list, model_list
from handlers.blocks.loss_chart import without_charts
from handlers.blocks.milestones import milestone, team_notice
from handlers.blocks.move_modal import OfferForm, offer_modal
from handlers.blocks.start_job_modal import Choice, StartForm, loading_modal, start_job_modal
from handlers.blocks.usage import usage
from handlers.language import Voice
from storage.rows import JobStatus
from tests.handlers.blocks.samples import (
    LONG,
    NOW,
    account_pages,
    dataset,
    huge_event,
    huge_job,
    listed,
    model,
    move_pages,
    plain_job,
    version,
)
from tuning.ends import End, Source
from tuning.guide import guide_facts
from tuning.jobs.curves import Curves, Point, thinned
from tuning.texts import LANGUAGES, Texts
from workspace.blocks.check import check_blocks, check_message_blocks

POINTS = thinned([Point(step, 10.0 / (step + 1)) for step in range(500)])
CURVES = Curves(POINTS, POINTS[3:])


@pytest.fixture(name="voice", params=LANGUAGES)
def _voice(request):
    return Voice(Texts.load(), request.param)


def assert_slack_takes(content: Content) -> None:
    shown = content.payload()
    check_message_blocks(shown["blocks"])
    assert 0 < len(shown["text"]) <= 4000
    assert sum(len(text) for text in _texts(shown["blocks"])) <= 13_000


def _texts(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["text"]] if isinstance(node.get("text"), str) else []
        return own + [text for value in node.values() for text in _texts(value)]
    return [text for child in node for text in _texts(child)] if isinstance(node, list) else []


@pytest.mark.parametrize("status", JobStatus)
def test_a_job_card_fits_in_every_stage(voice, status):
    assert_slack_takes(job_card(voice, Watched(huge_job(status), CURVES, NOW)))


@pytest.mark.parametrize("status", JobStatus)
def test_a_job_of_which_nothing_is_known_yet_has_a_card(voice, status):
    assert_slack_takes(job_card(voice, Watched(plain_job(status=status, provider_job_id=""), Curves(), NOW)))


@pytest.mark.parametrize("status", [JobStatus.RUNNING, JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED])
def test_milestones_fit(voice, status):
    assert_slack_takes(milestone(voice, huge_job(status)))
    assert_slack_takes(team_notice(voice, huge_job(status)))


def test_a_comparison_of_endless_answers_fits(voice):
    asked = {"question": LONG, "base": LONG, "tuned": LONG, "expected": LONG}

    assert_slack_takes(
        comparison(voice, huge_job(JobStatus.SUCCEEDED), {"questions": [asked] * 3, "source": "validation"})
    )


def test_lists_of_hundreds_fit(voice):
    assert_slack_takes(job_list(voice, [huge_job(JobStatus.RUNNING)] * 100))
    assert_slack_takes(model_list(voice, listed([model(LONG, LONG)] * 100)))
    assert_slack_takes(event_list(voice, plain_job(), [huge_event(number) for number in range(100)]))
    assert_slack_takes(delete_question(voice, model(LONG, LONG)))


def test_the_provider_s_account_fits_a_message(voice):
    for content in account_pages(voice):
        assert_slack_takes(content)


def test_everything_about_a_move_fits_a_message_and_a_modal(voice):
    for content in move_pages(voice):
        assert_slack_takes(content)
    for unit in ("usd", "tokens"):
        form = OfferForm("move_1", LONG, "openai", "OpenAI", unit, [Choice("v1", LONG)] * 200)
        assert check_blocks(offer_modal(voice, form)["blocks"], "modal", "/view/blocks", 100) == []


def test_empty_lists_say_so(voice):
    for content in (job_list(voice, []), model_list(voice, listed([])), event_list(voice, plain_job(), [])):
        assert_slack_takes(content)


def test_first_words_and_help_fit(voice):
    examples = (example_root(voice, "U1", "marv.jsonl"), example_choice(voice))
    for content in (greeting(voice), greeting(voice, LONG), help_page(voice), *examples):
        assert_slack_takes(content)


@pytest.mark.parametrize("today", [date(2026, 11, 22), date(2027, 2, 1)])
def test_the_guide_fits_before_and_after_the_last_day(voice, today):
    facts = guide_facts({"openai": "OpenAI", "trainer": "Trainer"}, today)

    assert_slack_takes(guide(voice, facts))
    assert_slack_takes(guide(voice, replace(facts, prices=())))


def test_code_of_any_length_fits(voice):
    assert_slack_takes(usage(voice, model(LONG), {"python": LONG, "curl": LONG}))


def test_the_home_tab_fits(voice):
    full = AtHome(
        datasets=[(dataset(LONG), version(LONG))] * 50 + [(dataset(LONG), replace(version(LONG), is_ready=False))] * 50,
        running=[huge_job(JobStatus.RUNNING)] * 100,
        models=[(model(LONG, LONG), End(NOW.date(), Source.LIST))] * 100,
        awaiting=[huge_job(JobStatus.AWAITING_APPROVAL)] * 100,
        may_decide=True,
        spent_usd=Decimal(10**9),
        cap_usd=Decimal(10**9),
        closing=[(LONG, NOW.date())],
        today=NOW.date(),
    )

    empty = AtHome([], [], [], [], may_decide=False, spent_usd=Decimal(0), cap_usd=None, closing=[], today=NOW.date())

    for view in (home(voice, full), home(voice, empty)):
        assert check_blocks(view["blocks"], "home", "/view/blocks", 100) == []


def test_a_name_that_looks_like_a_ping_pings_nobody(voice):
    ping = "<!channel>"
    job = plain_job(name=ping, step=1, total_steps=2, training_loss=1.0)
    shown = [
        job_card(voice, Watched(job, Curves(), NOW)),
        job_card(voice, Watched(plain_job(name=ping), Curves(), NOW)),
        milestone(voice, job),
        team_notice(voice, job),
        comparison(voice, job, {"questions": [], "source": "validation"}),
        job_list(voice, [job]),
        model_list(voice, listed([model(ping, ping)])),
        event_list(voice, job, [replace(huge_event(1), message=ping)]),
        delete_question(voice, model(ping, ping)),
        already_there(voice, dataset(ping), "https://a"),
        usage(voice, model(ping, ping), {"python": ping, "curl": ping}),
    ]

    assert [content.text for content in shown if ping in content.text] == []
    assert [text for content in shown for text in _formatted(content.payload()["blocks"]) if ping in text] == []


def _formatted(node: object) -> list[str]:
    """Every text in which Slack would read a ping."""
    if isinstance(node, dict):
        own = [node["text"]] if node.get("type") == "mrkdwn" else []
        return own + [text for value in node.values() for text in _formatted(value)]
    return [text for child in node for text in _formatted(child)] if isinstance(node, list) else []


def test_the_start_modal_fits_with_a_hundred_of_everything(voice):
    choices = [Choice(f"{number:0150}", LONG) for number in range(150)]
    form = StartForm(
        {"channel_id": "C1", "thread_ts": "1.0"},
        choices,
        choices[1].value,
        choices,
        choices,
        "",
        {"n_epochs": "3"},
        LONG,
    )
    view = start_job_modal(voice, form)

    assert check_blocks(view["blocks"], "modal", "/view/blocks", 100) == []
    assert len(view["private_metadata"]) <= 3000
    assert check_blocks(loading_modal(voice)["blocks"], "modal", "/view/blocks", 100) == []


def test_a_model_whose_id_slack_would_cut_is_not_offered_under_another_id(voice):
    models = [Choice("trainer:smol", "smol"), Choice("custom:" + "m" * 144, "long")]
    form = StartForm({}, [Choice("ds_1-v1", "marv")], "ds_1-v1", models, [], "trainer:smol", {}, "")

    shown = str(start_job_modal(voice, form))

    assert ("trainer:smol" in shown, "custom:m" in shown) == (True, False)


def test_where_charts_are_refused_the_curve_is_a_line_of_text(voice):
    card = job_card(voice, Watched(plain_job(), CURVES, NOW))
    types = {block["type"] for block in without_charts(card).blocks}

    assert "data_visualization" in {block["type"] for block in card.blocks}
    assert "data_visualization" not in types
    assert_slack_takes(without_charts(card))
