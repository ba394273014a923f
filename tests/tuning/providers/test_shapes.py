from datetime import UTC, datetime

import pytest

from storage.rows import JobStatus
from tuning.providers.bodies import json_object
from tuning.providers.shapes import ProviderJob, event_from, job_from, status_from


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("running", JobStatus.RUNNING),
        ("SUCCEEDED", JobStatus.SUCCEEDED),
        ("completed", JobStatus.SUCCEEDED),
        ("canceled", JobStatus.CANCELLED),
        ("pending", JobStatus.QUEUED),
        ("paused", JobStatus.PAUSED),
        ("starting", JobStatus.UNKNOWN),
        ("evaluating", JobStatus.UNKNOWN),
        (None, JobStatus.UNKNOWN),
        (7, JobStatus.UNKNOWN),
    ],
)
def test_every_word_for_a_status_is_read_and_an_unknown_one_is_not_an_end(word, status):
    assert status_from(word) is status


@pytest.mark.parametrize("error", [None, {}, {"code": None, "message": None, "param": None}])
def test_the_empty_errors_of_running_jobs_are_no_errors(error):
    assert job_from({"id": "ftjob-1", "status": "running", "error": error}) == ProviderJob("ftjob-1", JobStatus.RUNNING)


def test_an_error_may_be_a_bare_sentence():
    job = job_from({"id": "ftjob-1", "status": "failed", "error": "Out of memory."})

    assert (job.error_code, job.error_message) == ("", "Out of memory.")


@pytest.mark.parametrize(
    "body",
    [
        {"hyperparameters": None},
        {"hyperparameters": {"n_epochs": "auto"}},
        {"method": {"type": "supervised", "supervised": None}},
        {"method": "supervised"},
    ],
)
def test_hyperparameters_that_are_not_decided_yet_are_left_out(body):
    assert job_from({"id": "ftjob-1", "status": "queued", **body}).hyperparameters == {}


def test_hyperparameters_are_found_inside_the_method():
    method = {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 3.0, "batch_size": "auto"}}}

    job = job_from({"id": "ftjob-1", "method": method, "hyperparameters": {"batch_size": 4}})

    assert job.hyperparameters == {"n_epochs": 3.0, "batch_size": 4}


def test_a_time_beyond_all_calendars_is_no_time():
    job = job_from({"id": "ftjob-1", "created_at": 1_800_000_000, "finished_at": 10**18, "estimated_finish": -1})

    assert job.created_at == datetime(2027, 1, 15, 8, tzinfo=UTC)
    assert (job.finished_at, job.estimated_finish_at) == (None, None)


def test_an_event_with_numbers_but_no_type_carries_metrics():
    event = event_from({"message": "Step 1/3: training loss=2.31", "data": {"step": 1, "train_loss": 2.31}})

    assert event.type == "metrics"
    assert event.data == {"step": 1, "train_loss": 2.31}


def test_what_no_database_keeps_does_not_come_in():
    body = json_object("Somebody", b'{"id": "e1", "message": "a\\u0000b", "data": {"train_loss": NaN}}')
    event = event_from(body)

    assert event.message == "ab"
    assert event.data == {"train_loss": None}
