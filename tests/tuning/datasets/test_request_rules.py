from datetime import date
from decimal import Decimal

import pytest

from storage.rows import DatasetFormat, JobRequest
from tuning.datasets.provider_facts import AZURE, CUSTOM, OPENAI, TRAINER
from tuning.datasets.requests import check_request
from tuning.datasets.rules.cost import Budget
from tuning.datasets.rules.request import Requested, SameJob, UploadedFile

GOOD_JOB = {"provider": "openai", "base_model": "gpt-4.1-mini-2025-04-14", "training_version_id": "v1"}


@pytest.fixture
def findings(good_chat, checked):
    """The findings on a request that is good but for what a test changes, by code."""
    report = checked(good_chat(60))

    def run(provider=OPENAI, today=date(2026, 11, 1), job=None, **changed):
        requested = {
            "job": JobRequest(**{**GOOD_JOB, **(job or {})}),
            "provider": provider,
            "today": today,
            "format": DatasetFormat.CHAT,
            "examples": 60,
            "validation_examples": 12,
        }
        return {finding.code: finding for finding in check_request(Requested(**{**requested, **changed}), report)}

    return run


def test_a_good_request_has_no_findings(findings) -> None:
    assert findings() == {}


FATES = [
    ("gpt-4.1-nano-2025-04-14", "models.retired", "2026-10-23"),
    ("ft:gpt-3.5-turbo-0125:ours::id", "models.retired", "2026-10-23"),
    ("davinci-002", "models.retired", "2026-09-28"),
    ("gpt-4.1-mini", "models.alias", ""),
    ("gpt-6-luna", "models.not_tunable", ""),
    ("gpt-99", "models.unknown", ""),
]


@pytest.mark.parametrize(("model", "why", "since"), FATES)
def test_a_model_that_cannot_be_tuned_is_told_why_and_what_to_take(model, why, since, findings) -> None:
    finding = findings(job={"base_model": model})["H001"]
    assert (finding.phrases["why"], finding.parameters["date"]) == (why, since)
    assert finding.parameters["choices"].startswith("gpt-4.1-mini-2025-04-14")


def test_a_model_is_closed_from_its_date_on(findings) -> None:
    assert "H001" not in findings(today=date(2027, 1, 5))
    assert findings(today=date(2027, 1, 6))["H001"].phrases == {"why": "models.closed"}
    assert findings(today=date(2027, 1, 14))["H001"].phrases == {"why": "models.retired"}


def test_a_host_that_lists_its_models_is_believed(findings) -> None:
    offered = frozenset({"tiny", "smollm2-135m"})
    assert "H001" not in findings(TRAINER, job={"base_model": "tiny"}, offered_models=offered)
    assert "H001" not in findings(TRAINER, job={"base_model": "ft:tiny:tunesmith:a:b"}, offered_models=offered)
    assert "H001" not in findings(CUSTOM, job={"base_model": "whatever"})
    assert findings(TRAINER, job={"base_model": "gpt-4.1"}, offered_models=offered)["H001"].severity == "E"


RANGES = [
    ({"n_epochs": 0}, {"n_epochs": 1}, "1"),
    ({"n_epochs": 51}, {"n_epochs": 50}, "50"),
    ({"batch_size": 257}, {"batch_size": 256}, "256"),
    ({"learning_rate_multiplier": 0.0}, {"learning_rate_multiplier": 0.01}, "0.0001"),
    ({"seed": -1}, {"seed": 0}, "0"),
    ({"seed": 2_147_483_648}, {"seed": 2_147_483_647}, "2147483647"),
]


@pytest.mark.parametrize(("wrong", "near_miss", "near"), RANGES)
def test_a_number_out_of_range_is_told_the_nearest(wrong, near_miss, near, findings) -> None:
    assert findings(job=wrong)["H002"].parameters["near"] == near
    assert "H002" not in findings(job=near_miss)


@pytest.mark.parametrize(
    ("suffix", "slug"), [("our model:2", "our-model-2"), ("x" * 65, "x" * 64), ("模型", "my-model")]
)
def test_a_suffix_that_cannot_stand_in_a_name_is_given_another(suffix, slug, findings) -> None:
    assert findings(job={"suffix": suffix})["H003"].parameters["slug"] == slug
    assert "H003" not in findings(job={"suffix": "our-model_2.1"})


@pytest.mark.parametrize(
    ("wrong", "near_miss"),
    [
        ({str(n): "" for n in range(17)}, {str(n): "" for n in range(16)}),
        ({"k" * 65: ""}, {"k" * 64: ""}),
        ({"k": "v" * 513}, {"k": "v" * 512}),
    ],
)
def test_metadata_beyond_its_limits_is_an_error(wrong, near_miss, findings) -> None:
    assert findings(metadata=wrong)["H004"].severity == "E"
    assert "H004" not in findings(metadata=near_miss)


@pytest.mark.parametrize(("rows", "is_weak"), [(0, True), (9, True), (10, False), (18, False), (19, True)])
def test_a_validation_file_is_neither_too_small_nor_too_large(rows, is_weak, findings) -> None:
    assert ("S007" in findings(validation_examples=rows)) is is_weak


def test_the_file_the_model_and_the_method_must_fit(findings) -> None:
    assert "X005" in findings(format=DatasetFormat.PROMPT_COMPLETION)
    preferring = {"format": DatasetFormat.PREFERENCE, "job": {"method": "dpo", "base_model": "gpt-4o-mini-2024-07-18"}}
    assert findings(**preferring)["X005"].phrases == {"format": "formats.not_preference"}
    preferring["job"]["base_model"] = "gpt-4.1-mini-2025-04-14"
    assert "X005" not in findings(**preferring)
    assert "P015" in findings(job={"method": "dpo"})


UNUSUAL = [
    ({"batch_size": 16}, {"batch_size": 15}, "15"),
    ({"learning_rate_multiplier": 2.5}, {"learning_rate_multiplier": 2.0}, "2"),
    ({"learning_rate_multiplier": 0.01}, {"learning_rate_multiplier": 0.05}, "0.05"),
]


@pytest.mark.parametrize(("wrong", "near_miss", "near"), UNUSUAL)
def test_a_number_that_is_seldom_meant_is_questioned(wrong, near_miss, near, findings) -> None:
    assert (findings(job=wrong)["H007"].severity, findings(job=wrong)["H007"].parameters["near"]) == ("W", near)
    assert "H007" not in findings(job=near_miss)


def test_many_epochs_over_many_rows_are_questioned(findings) -> None:
    assert findings(job={"n_epochs": 4}, examples=2001, validation_examples=99)["H007"].parameters["near"] == "3"
    assert "H007" not in findings(job={"n_epochs": 4}, examples=2000, validation_examples=99)


@pytest.mark.parametrize("state", ["processing", "error", "expired", "deleted", "other_project", "other_purpose"])
def test_a_file_that_cannot_be_used_is_named_with_its_state(state, findings) -> None:
    found = findings(files=(UploadedFile("file-1", "ready"), UploadedFile("file-2", state)))["H005"]
    assert (found.parameters["file"], found.phrases["state"]) == ("file-2", f"file_states.{state}")
    assert "H005" not in findings(files=(UploadedFile("file-1", "ready"),))


def test_the_same_request_again_names_the_job_and_its_owner(findings) -> None:
    assert findings(same_job=SameJob("marv", "Ada"))["H006"].parameters == {"job": "marv", "owner": "Ada"}


def test_what_the_host_cannot_is_said_before_the_upload(findings) -> None:
    found = findings(job={"method": "dpo"}, host_offers=frozenset({"images"}), others_that_can=("Azure",))["H008"]
    assert (found.path, found.phrases["what"], found.parameters["choices"]) == ("method", "abilities.dpo", "Azure")
    assert "H008" not in findings(job={"method": "dpo"}, host_offers=frozenset({"dpo"}))
    assert "H008" not in findings(host_offers=frozenset())
    assert findings(needs=frozenset({"images"}), host_offers=frozenset())["H008"].path == "provider"


def test_an_organisation_that_may_not_train_any_more_is_told(findings) -> None:
    assert findings(is_refused=True)["H009"].severity == "E"


def test_a_preference_number_has_its_range_too(findings) -> None:
    assert findings(more_numbers={"beta": 2.5})["H002"].parameters["near"] == "2"
    assert "H002" not in findings(more_numbers={"beta": 2, "compute_multiplier": 10})


def test_a_budget_blocks_beyond_its_hard_limit_and_asks_beyond_its_soft_one(findings) -> None:
    def severity(left, soft=None):
        found = findings(budget=Budget("#sales", Decimal(left), Decimal(soft) if soft else None, "Ada")).get("K002")
        return found and found.severity

    assert (severity("0.001"), severity("5", "0.001"), severity("5", "4"), severity("5")) == ("E", "W", None, None)


def test_a_model_that_ends_soon_is_told_with_its_day_and_one_that_ends_before_the_job_blocks(findings) -> None:
    assert findings(today=date(2026, 11, 15))["K005"].severity == "W"
    assert findings(today=date(2026, 11, 15))["K005"].parameters["date"] == "2027-01-14"
    assert "K005" not in findings(today=date(2026, 11, 14))
    ending = {"provider": AZURE, "job": {"base_model": "gpt-4.1-2025-04-14"}}
    assert findings(**ending, today=date(2027, 9, 29))["K005"].severity == "W"
    assert findings(**ending, today=date(2027, 9, 30))["K005"].severity == "E"
    assert "K005" not in findings(today=date(2027, 1, 14))  # H001 has said it.


def test_a_file_that_is_meant_for_a_model_that_is_gone_says_since_when(checked, good_chat) -> None:
    def told(model, today):
        report = checked(good_chat(12), model=model, today=today)
        found = {finding.code: finding for finding in report.findings}
        return found.get("K005") and (
            found["K005"].severity,
            dict(found["K005"].phrases)["why"],
            found["K005"].parameters["date"],
        )

    assert told("gpt-4.1-nano", date(2026, 11, 22)) == ("E", "models.retired", "2026-10-23")
    assert told("gpt-4.1", date(2027, 1, 7)) == ("E", "models.closed", "2027-01-06")
    assert told("gpt-4.1", date(2026, 11, 22)) == ("W", "cost.ends", "2027-01-14")
    assert told("gpt-4.1", date(2026, 11, 1)) is None


def test_reinforcement_needs_a_validation_file(findings) -> None:
    job = {"method": "reinforcement"}
    assert findings(job=job, validation_examples=0)["R008"].parameters == {"n": 12}
    assert "R008" not in findings(job=job, validation_examples=12)
    assert "R008" not in findings(validation_examples=0)


def test_a_file_that_was_ready_for_another_provider_is_held_to_this_one_s_limits(findings) -> None:
    assert (
        findings(provider=AZURE, job={"provider": "azure"}, size_bytes=151_000_000)["F003"].parameters["limit"] == 150
    )
    assert findings(examples=4)["S001"].parameters["missing"] == 6
    assert {"F003", "S001"}.isdisjoint(findings(provider=CUSTOM, job={"provider": "custom"}, examples=4))
