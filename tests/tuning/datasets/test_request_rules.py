from datetime import date

import pytest

from storage.rows import DatasetFormat, JobRequest
from tuning.datasets.provider_facts import CUSTOM, OPENAI, TRAINER
from tuning.datasets.requests import check_request
from tuning.datasets.rules.request import Requested

GOOD_JOB = {"provider": "openai", "base_model": "gpt-4.1-mini-2025-04-14", "training_version_id": "v1"}


@pytest.fixture
def findings(good_chat, checked):
    """The findings on a request that is good but for what a test changes, by code."""
    report = checked(good_chat(60))

    def run(provider=OPENAI, today=date(2026, 11, 22), job=None, **changed):
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
    assert "P015" in findings(job={"method": "dpo"})
