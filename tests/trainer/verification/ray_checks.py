"""A job on a local Ray cluster of two workers: `make verify-ray` runs these where the extra is installed."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import ray
from openai import OpenAI
from ray.job_submission import JobStatus, JobSubmissionClient
from ray.util.state import list_actors

from tests.trainer.driving import (
    ENDED,
    RunningTrainer,
    chat_rows,
    ended,
    events_of,
    jsonl,
    losses_of,
    start_trainer,
    steps_of,
    supervised,
    trained,
    until,
    upload,
)
from tests.trainer.verification.open_models import save_tiny

ROWS = jsonl(chat_rows(12))
WAITING = {"Prefer": "wait=1"}


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    # Ray starts a job with the `python` that its head finds.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    context = ray.init(num_cpus=3, include_dashboard=True, dashboard_host="127.0.0.1", dashboard_port=0)
    yield f"http://{context.dashboard_url}"
    ray.shutdown()


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny(tmp_path_factory.mktemp("models") / "tiny-chat")


@pytest.fixture(scope="session")
def trainer(cluster: str, tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTrainer]:
    data = tmp_path_factory.mktemp("data")
    running = start_trainer(data, "--model", str(tiny), "--ray", cluster, "--ray-workers", "2")
    yield running
    running.stop()


@pytest.fixture
def client(trainer: RunningTrainer) -> Iterator[OpenAI]:
    with trainer.client() as client:
        yield client


def started(client: OpenAI, n_epochs: int) -> str:
    method = supervised(n_epochs=n_epochs, batch_size=4, learning_rate_multiplier=20)
    create = client.fine_tuning.jobs.create
    return create(model="tiny-chat", seed=1, method=method, training_file=upload(client, ROWS)).id


def workers() -> list[int]:
    """The process ids of the workers that train."""
    found = list_actors(filters=[("state", "=", "ALIVE")], detail=True)
    return [actor.pid for actor in found if "RayTrainWorker" in actor.class_name]


def test_a_worker_killed_in_the_middle_is_replaced_and_every_step_is_told_once(client: OpenAI) -> None:
    job_id = started(client, 50)
    while len(steps_of(client, job_id)) < 20:
        assert client.fine_tuning.jobs.retrieve(job_id, extra_headers=WAITING).status not in ENDED
    before = workers()
    assert len(before) == 2
    n_before = len(steps_of(client, job_id))
    os.kill(before[1], signal.SIGKILL)
    job = ended(client, job_id)
    print(f"\nkilled one of two workers after step {n_before}: {job.status}")
    assert job.status == "succeeded", job.error
    assert steps_of(client, job_id) == list(range(1, 151))
    messages = [event.message for event in events_of(client, job_id)]
    assert any(message.startswith("Training goes on after step") for message in messages)
    losses = losses_of(client, job_id)
    assert losses[-1] < losses[0] - 0.3
    assert len(list(client.fine_tuning.jobs.checkpoints.list(job_id, limit=100))) == 50
    said = client.chat.completions.create(
        model=job.fine_tuned_model, messages=chat_rows(1)[0]["messages"][:2], max_tokens=3
    )
    assert said.usage.completion_tokens > 0


def test_two_workers_learn_what_one_process_learns(client: OpenAI, tiny: Path, tmp_path: Path) -> None:
    together = ended(client, started(client, 3))
    alone = start_trainer(tmp_path, "--model", str(tiny))
    with alone.client() as single:
        method = supervised(n_epochs=3, batch_size=4, learning_rate_multiplier=20)
        job = trained(single, ROWS, model="tiny-chat", seed=1, method=method)
        assert losses_of(client, together.id) == pytest.approx(losses_of(single, job.id), abs=1e-4)
    alone.stop()


def test_a_pause_stops_all_workers_after_one_step_and_the_job_goes_on(client: OpenAI) -> None:
    job_id = started(client, 40)
    while not steps_of(client, job_id):
        client.fine_tuning.jobs.retrieve(job_id, extra_headers=WAITING)
    client.post(f"/fine_tuning/jobs/{job_id}/pause", cast_to=dict[str, object])
    until(client, job_id, "paused")
    assert 0 < len(steps_of(client, job_id)) < 120
    client.fine_tuning.jobs.resume(job_id)
    assert ended(client, job_id).status == "succeeded"
    assert steps_of(client, job_id) == list(range(1, 121))


def test_a_cancelled_job_leaves_nothing_running_on_the_cluster(client: OpenAI, cluster: str) -> None:
    job_id = started(client, 50)
    while not steps_of(client, job_id):
        client.fine_tuning.jobs.retrieve(job_id, extra_headers=WAITING)
    began = time.monotonic()
    client.fine_tuning.jobs.cancel(job_id)
    jobs = JobSubmissionClient(cluster)
    while any(job.status == JobStatus.RUNNING for job in jobs.list_jobs() if job.submission_id) or workers():
        assert time.monotonic() - began < 60
        time.sleep(0.5)
    print(f"\nthe cluster was free {time.monotonic() - began:.1f} s after the cancellation")


def test_a_cluster_that_does_not_answer_is_named_in_the_failed_job(tiny: Path, tmp_path: Path) -> None:
    trainer = start_trainer(tmp_path, "--model", str(tiny), "--ray", "http://127.0.0.1:9")
    with trainer.client() as client:
        job = trained(client, ROWS, model="tiny-chat")
    trainer.stop()
    assert (job.status, job.error.code) == ("failed", "no_cluster")
    assert "http://127.0.0.1:9" in job.error.message
