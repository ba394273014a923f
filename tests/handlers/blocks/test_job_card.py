"""What the card says at each turn of a job."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from handlers.blocks.job_card import HELD_UP, Watched, job_card, provider_title
from handlers.blocks.milestones import bill, milestone, team_notice
from handlers.language import Voice
from storage.rows import JobEvent, JobStatus
from tests.handlers.blocks.samples import NOW, TENANT, plain_job
from tuning.jobs.curves import Curves, Point, curves
from tuning.texts import Texts

VOICE = Voice(Texts.load(), "en")


def card(**changes: object) -> str:
    return str(job_card(VOICE, Watched(plain_job(**changes), Curves(), NOW)).blocks)


def test_progress_and_time_left_are_in_figures():
    shown = card(step=12, total_steps=60, training_loss=1.2345, estimated_finish_at=NOW + timedelta(minutes=2))

    assert all(word in shown for word in ("step 12 of 60 (20 %)", "loss 1.234", "about 2 min left", "▰▰▱"))


def test_the_newest_steps_are_told_in_exact_numbers():
    curves = Curves(latest=(Point(11, 1.25), Point(12, 1.2345)))

    shown = str(job_card(VOICE, Watched(plain_job(), curves, NOW)).blocks)

    assert "11: 1.250 · 12: 1.234" in shown


def test_a_running_job_can_be_cancelled_and_asks_before():
    assert "Cancel this job?" in card()


@pytest.mark.parametrize(
    ("provider", "status", "offered"),
    [
        ("openai", JobStatus.RUNNING, "jobs.pause"),
        ("openai", JobStatus.PAUSED, "jobs.resume"),
        ("openai", JobStatus.QUEUED, ""),
        ("unsloth", JobStatus.RUNNING, ""),
    ],
)
def test_a_job_can_be_paused_and_resumed_where_its_provider_can(provider, status, offered):
    shown = card(request=replace(plain_job().request, provider=provider), status=status)

    assert [door for door in ("jobs.pause", "jobs.resume") if door in shown] == ([offered] if offered else [])


def test_a_job_that_is_being_cancelled_offers_no_second_cancel():
    shown = card(is_cancel_requested=True)

    assert ("cancelling" in shown, "jobs.cancel" in shown) == (True, False)


def test_a_provider_that_was_silent_for_five_minutes_is_said_to_be_out_of_reach():
    assert "can't be reached" in card(last_heard_at=NOW - timedelta(minutes=5))


def test_a_provider_that_was_heard_a_moment_ago_is_not():
    assert "can't be reached" not in card(last_heard_at=NOW - timedelta(minutes=4))


def test_a_job_that_its_provider_will_never_train_is_offered_at_every_other():
    job = plain_job(status=JobStatus.FAILED, error_code="training_not_available")
    others = {job.request.provider: "OpenAI", "nebius": "Nebius", "azure": "Azure"}
    card = job_card(VOICE, Watched(job, Curves(), NOW, providers=others))

    offered = [button["action_id"] for button in card.blocks[-1]["elements"]]
    assert offered == ["jobs.elsewhere.nebius", "jobs.elsewhere.azure", "jobs.events"]


def test_a_job_that_was_only_taken_over_offers_nothing_that_needs_its_data():
    taken_over = replace(plain_job().request, training_version_id="")

    ended = card(request=taken_over, status=JobStatus.SUCCEEDED, fine_tuned_model="ft:smol:marv")
    failed = card(request=taken_over, status=JobStatus.FAILED)

    assert ("models.ask" in ended, "jobs.compare" in ended, "jobs.again" in failed) == (True, False, False)


def test_what_the_provider_trains_with_although_something_else_was_asked_for_is_said():
    asked = replace(plain_job().request, n_epochs=1)

    shown = card(request=asked, hyperparameters={"n_epochs": 3, "batch_size": 4})

    assert "You asked for n_epochs 1; Tunesmith Trainer trains with 3." in shown
    assert "asked for" not in card(request=asked, hyperparameters={"n_epochs": 1})


def test_a_job_on_preferences_tells_the_pairs_won_and_how_to_read_the_loss_of_a_pair():
    asked = replace(plain_job().request, method="dpo")
    events = [
        JobEvent("job_1", TENANT, str(step), NOW, "info", "metrics", "", {"step": step, "train_loss": 0.6, **more})
        for step, more in enumerate([{}, {"full_valid_reward_accuracy": 0.5}, {"full_valid_reward_accuracy": 0.75}, {}])
    ]
    watched = Watched(plain_job(request=asked, hyperparameters={"beta": 0.1}), curves(events), NOW)

    shown = str(job_card(VOICE, watched).blocks)

    assert ("preferred in 75 % of the held-out pairs" in shown, "beta 0.1" in shown, "0.693" in shown) == (True,) * 3
    assert "0.693" not in card()


def test_a_finished_job_offers_to_ask_its_model():
    shown = card(status=JobStatus.SUCCEEDED, fine_tuned_model="ft:smol:marv")

    assert ("models.ask" in shown, "jobs.cancel" in shown) == (True, False)


def test_a_failed_job_says_why_and_offers_to_start_again():
    shown = card(status=JobStatus.FAILED, error_message="The file has 3 examples.")

    assert ("The file has 3 examples." in shown, "jobs.again" in shown) == (True, True)


@pytest.mark.parametrize(
    ("trained_tokens", "said"),
    [
        pytest.param(None, "the provider reports no bill (estimated 1,000 tokens, $3.00)", id="nobody says"),
        pytest.param(900, "billed 900 tokens, $2.70 (estimated 1,000 tokens, $3.00)", id="the provider says"),
    ],
)
def test_the_bill_stands_beside_the_estimate(trained_tokens, said):
    job = plain_job(estimated_tokens=1000, estimated_usd=Decimal(3), trained_tokens=trained_tokens)

    assert bill(VOICE, job) == said


@pytest.mark.parametrize("status", [JobStatus.STARTING, JobStatus.RUNNING])
@pytest.mark.parametrize("code", sorted(HELD_UP))
def test_what_holds_a_job_up_is_said_while_it_waits_and_not_when_it_has_ended(status: JobStatus, code: str):
    sentence = VOICE(f"cards.held_up.{code}", provider=provider_title(VOICE, plain_job()))
    job = plain_job(status=status, error_code=code)
    blocks = job_card(VOICE, Watched(job, Curves(), NOW)).blocks
    shown = [block["elements"][0]["text"] for block in blocks if block["type"] == "context"]

    assert sentence in shown
    assert sentence[:40] not in card(status=JobStatus.CANCELLED, error_code=code)


def test_a_deleted_model_is_no_longer_offered_and_its_end_is_dated():
    job = plain_job(status=JobStatus.SUCCEEDED, fine_tuned_model="ft:marv")
    before, after = (str(job_card(VOICE, Watched(job, Curves(), NOW, at)).blocks) for at in (None, NOW))

    assert ("models.ask" in before, "was deleted on" in before) == (True, False)
    assert ("models.ask" in after, "models.code" in after, "was deleted on" in after) == (False, False, True)


def test_what_is_left_is_not_estimated_while_the_provider_is_silent():
    finish_at = NOW + timedelta(minutes=2)

    assert "2 min left" in card(estimated_finish_at=finish_at, last_heard_at=NOW - timedelta(seconds=59))
    assert "2 min left" not in card(estimated_finish_at=finish_at, last_heard_at=NOW - timedelta(seconds=60))


def test_a_host_without_a_name_of_its_own_is_called_as_the_settings_call_it():
    job = plain_job(request=replace(plain_job().request, provider="custom"), status=JobStatus.RUNNING)

    assert provider_title(replace(VOICE, providers={"custom": "llm.example.com"}), job) == "llm.example.com"
    assert provider_title(VOICE, job) == "custom"


def test_a_failure_before_the_provider_is_explained_once():
    reason = {"status": JobStatus.FAILED, "error_code": "moon", "error_message": "no more money"}
    unbegun, begun = plain_job(provider_job_id="", **reason), plain_job(**reason)
    told = [str(milestone(VOICE, job).blocks) for job in (unbegun, begun)]

    assert ["no more money" in one for one in (card(provider_job_id="", **reason), *told)] == [True, False, True]
    assert "no more money" in str(team_notice(VOICE, unbegun).blocks)
