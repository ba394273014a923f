"""What the main story doesn't come across, in a language that nobody speaks: no text is written in code."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from handlers.blocks.comparison import comparison
from handlers.blocks.dataset_report import being_checked, dataset_report
from handlers.blocks.digest import digest_message
from handlers.blocks.guide import guide
from handlers.blocks.home import AtHome, closed_home, home
from handlers.blocks.job_card import HELD_UP, Watched, job_card
from handlers.blocks.lists import delete_question, event_list, job_list, model_list
from handlers.blocks.milestones import milestone, team_notice
from handlers.blocks.start_job_modal import Choice, StartForm, loading_modal, start_job_modal
from handlers.errors import explanation, incident
from handlers.language import Voice
from storage.rows import Job, JobStatus
from tests.handlers.blocks.samples import NOW, account_pages, dataset, listed, model, plain_job, version
from tests.handlers.blocks.test_dataset_report import READY, checked, quote
from tests.pseudo import pseudo_texts, slipped_through
from tuning.digest import Digest, Period
from tuning.ends import End, Source
from tuning.errors import ModelForeign, ProviderBusy
from tuning.guide import guide_facts
from tuning.jobs.curves import Curves, Point

NAMES = [
    "marv",
    "Nebius",
    "gpt turbo cl100k_base",
    "Tunesmith Trainer",
    "OpenAI",
    "jsonl",
    "smol gpt mini",
    "MB TB KB UTC",
]
CURVES = Curves([Point(1, 2.0), Point(2, 1.0)], [Point(2, 1.5)])
VOICE = Voice(pseudo_texts(), "en")


def known_job(**changes: object) -> Job:
    job = plain_job(
        fine_tuned_model="ft:smol:marv",
        step=3,
        total_steps=9,
        training_loss=1.5,
        validation_loss=1.7,
        estimated_usd=Decimal(3),
        estimated_tokens=10_000,
        trained_tokens=9_000,
        estimated_finish_at=NOW + timedelta(minutes=3),
        started_at=NOW - timedelta(minutes=3),
        hyperparameters={"n_epochs": "auto", "batch_size": 2},
    )
    return replace(job, **changes)


@pytest.mark.parametrize("status", JobStatus)
def test_jobs_in_every_stage(status):
    job = known_job(status=status, finished_at=NOW if status.is_final else None)
    shown = [job_card(VOICE, Watched(job, CURVES, NOW)), milestone(VOICE, job), team_notice(VOICE, job)]

    assert _slipped(*shown, job_list(VOICE, [job])) == []


@pytest.mark.parametrize("code", sorted(HELD_UP))
def test_jobs_that_are_held_up(code):
    held_up = known_job(error_code=code, last_heard_at=NOW - timedelta(days=2))

    assert _slipped(job_card(VOICE, Watched(held_up, CURVES, NOW, model_deleted_at=NOW))) == []


def test_models_events_and_comparisons():
    asked = {"question": "1?", "base": "2", "tuned": "3", "expected": "4"}
    compared = {"questions": [asked], "source": "general", "error_code": "model_not_ready"}
    compared["error_parameters"] = {"model": "ft:smol"}
    demo = known_job(request=replace(plain_job().request, base_model="smollm2-135m"))
    assert "135M" in str(comparison(VOICE, demo, compared).blocks)

    shown = [comparison(VOICE, demo, compared), model_list(VOICE, listed([replace(model(), base_model="smol")] * 6))]
    assert _slipped(*shown, delete_question(VOICE, model()), event_list(VOICE, plain_job(), [])) == []


def test_the_provider_s_account_and_the_ends_of_models():
    assert _slipped(*account_pages(VOICE)) == []


def test_reports_and_errors():
    quotes = [quote(usd) for usd in (None, Decimal(0), Decimal(1))]
    shown = [dataset_report(VOICE, checked(content, *quotes)) for content in (READY, READY + b"{1", b"", b"PK\x03\x04")]
    shown += [being_checked(VOICE, "marv.jsonl"), explanation(VOICE, ProviderBusy("OpenAI")), incident(VOICE, "1")]

    assert _slipped(*shown, explanation(VOICE, ModelForeign())) == []


def test_the_start_form_and_its_warnings():
    choices = [Choice("1", "marv")]
    form = StartForm({}, choices, "1", choices, choices, "1", {"n_epochs": "3"}, "1", is_foreign=True)

    assert slipped_through([start_job_modal(VOICE, form), loading_modal(VOICE)], NAMES) == []


def test_the_home_the_guide_and_the_digest():
    endings = [End(NOW.date(), Source.MODEL), End(None, Source.LIST), End(None, Source.UNKNOWN)]
    models = [(replace(model(), base_model="smol"), ending) for ending in endings]
    datasets = [(dataset(), version()), (dataset(), replace(version(), is_ready=False))]
    period = Period(NOW - timedelta(days=7), NOW)
    digest = Digest(period, (known_job(status=JobStatus.SUCCEEDED), plain_job(status=JobStatus.FAILED)), (known_job(),))
    waiting = [known_job(status=JobStatus.AWAITING_APPROVAL)]
    full = AtHome(
        datasets,
        [known_job()],
        models,
        waiting,
        may_decide=True,
        spent_usd=Decimal(3),
        cap_usd=Decimal(10),
        closing=[("OpenAI", NOW.date())],
        today=NOW.date(),
    )
    views = [home(VOICE, full), home(VOICE, replace(full, cap_usd=None)), closed_home(VOICE)]

    facts = guide_facts({"openai": "OpenAI"}, NOW.date())
    assert slipped_through(views, NAMES) == []
    assert _slipped(digest_message(VOICE, digest, models, NOW.date()), guide(VOICE, replace(facts, prices=()))) == []


def _slipped(*contents) -> list[str]:
    return slipped_through([[content.text, list(content.blocks)] for content in contents], NAMES)
