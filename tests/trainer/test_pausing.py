import time
from collections.abc import Callable
from typing import Any

import openai
import pytest
from openai import OpenAI

from tests.trainer.driving import (
    RunningTrainer,
    chat_rows,
    ended,
    events_of,
    jsonl,
    status_of,
    steps_of,
    supervised,
    trained,
    until,
    upload,
)

SLOW = jsonl([{"messages": [{"role": "user", "content": "why " * 40}, *row["messages"][1:]]} for row in chat_rows(12)])
"""Examples so long that a step takes a tenth of a second: a job can be met in the middle of few steps."""


@pytest.fixture
def lenient(tiny_trainer: RunningTrainer) -> OpenAI:
    """The client as people use it: it takes the statuses pausing and paused, which its own types do not list yet."""
    with OpenAI(base_url=tiny_trainer.url, api_key="any", max_retries=0) as client:
        yield client


def started(client: OpenAI, **options: Any) -> str:
    """A job that has told its first step."""
    job = client.fine_tuning.jobs.create(model="tiny-random", training_file=upload(client, SLOW), **options)
    while not steps_of(client, job.id):
        client.get(f"/fine_tuning/jobs/{job.id}", cast_to=object, options={"headers": {"Prefer": "wait=1"}})
    return job.id


def test_a_paused_job_lets_others_train_and_goes_on_to_the_same_adapter(
    lenient: OpenAI, client: OpenAI, tiny_trainer: RunningTrainer
) -> None:
    options = {"method": supervised(n_epochs=4, batch_size=4), "seed": 4}
    job_id = started(lenient, **options)
    assert lenient.fine_tuning.jobs.pause(job_id).status == "pausing"
    until(lenient, job_id, "paused")
    n_told = len(steps_of(lenient, job_id))
    assert 1 <= n_told < 12
    unbroken = trained(client, SLOW, **options)
    assert status_of(lenient, job_id) == "paused"
    assert lenient.fine_tuning.jobs.resume(job_id).status == "queued"
    assert ended(client, job_id).status == "succeeded"
    assert steps_of(client, job_id) == list(range(1, 13))
    told = [event.message for event in events_of(client, job_id)]
    assert f"Fine-tuning job paused at step {n_told}" in told
    assert f"Training goes on after step {n_told}" in told
    adapters = [tiny_trainer.data / "jobs" / each / "step-12.npy" for each in (job_id, unbroken.id)]
    assert len({path.read_bytes() for path in adapters}) == 1


def test_a_waiting_job_pauses_at_once_and_can_be_cancelled(lenient: OpenAI) -> None:
    running = started(lenient, method=supervised(n_epochs=50, batch_size=1))
    waiting = lenient.fine_tuning.jobs.create(
        model="tiny-random", training_file=upload(lenient, jsonl(chat_rows(10)))
    ).id
    until(lenient, waiting, "queued")
    assert lenient.fine_tuning.jobs.pause(waiting).status == "paused"
    lenient.fine_tuning.jobs.cancel(running)
    assert lenient.fine_tuning.jobs.cancel(waiting).status == "cancelled"
    for change, rule in (
        (lenient.fine_tuning.jobs.pause, "queued or running"),
        (lenient.fine_tuning.jobs.resume, "only a paused"),
    ):
        with pytest.raises(openai.BadRequestError, match=rule) as refused:
            change(waiting)
        assert refused.value.code == "invalid_job_status"


def test_a_pause_outlives_the_server(started: Callable[..., RunningTrainer]) -> None:
    trainer = started("--model", "tiny")
    with OpenAI(base_url=trainer.url, api_key="any") as client:
        job = client.fine_tuning.jobs.create(
            model="tiny-random",
            training_file=upload(client, jsonl(chat_rows(12))),
            method=supervised(n_epochs=6, batch_size=1),
        )
        until(client, job.id, "running")
        client.fine_tuning.jobs.pause(job.id)
    trainer.kill()
    with OpenAI(base_url=started("--model", "tiny").url, api_key="any") as client:
        assert status_of(client, job.id) == "paused"
        client.fine_tuning.jobs.resume(job.id)
        assert ended(client, job.id).status == "succeeded"


def test_a_cancel_in_the_middle_of_training_ends_the_process_within_two_seconds(
    client: OpenAI, tiny_trainer: RunningTrainer
) -> None:
    job_id = started(client, method=supervised(n_epochs=50))
    began = time.monotonic()
    assert client.fine_tuning.jobs.cancel(job_id).status == "cancelled"
    while tiny_trainer.training_process() is not None:
        pass
    assert time.monotonic() - began < 2
    n_told = len(events_of(client, job_id))
    trained(client, jsonl(chat_rows(10)), method=supervised(n_epochs=1))
    assert len(events_of(client, job_id)) == n_told
