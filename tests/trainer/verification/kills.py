"""Fifty queued jobs, a server that is killed ten times: every job must finish once, with every event once.

Too long for the suite: ``make verify-trainer`` runs it and prints what it found.
"""

import random
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from openai import OpenAI

from tests.trainer.driving import (
    ENDED,
    RunningTrainer,
    chat_rows,
    events_of,
    jsonl,
    start_trainer,
    supervised,
    upload,
)

N_JOBS = 50
N_KILLS = 10
N_STEPS = 10
EXPECTED = Counter(
    {
        "Created fine-tuning job": 1,
        "Validating training file": 1,
        "Files validated, moving job to queued state": 1,
        "Fine-tuning job started": 1,
        "Checkpoint created at step 5": 1,
        "Checkpoint created at step 10": 1,
        "New fine-tuned model created": 1,
        "The job has successfully completed": 1,
    }
)


def main() -> int:
    """Create the jobs, kill and start the server again, and judge what it tells in the end."""
    began, chance = time.monotonic(), random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        trainer = start_trainer(Path(folder), "--model", "tiny")
        job_ids = _created(trainer)
        for number in range(1, N_KILLS + 1):
            threading.Event().wait(chance.uniform(0.3, 6))
            trainer.kill()
            trainer = start_trainer(Path(folder), "--model", "tiny")
            print(f"kill {number}: {_n_ended(trainer, job_ids)} of {N_JOBS} jobs had ended", flush=True)
        while _n_ended(trainer, job_ids) < N_JOBS:
            threading.Event().wait(1)
        faults = _faults(trainer, job_ids)
        trainer.stop()
    for fault in faults:
        print(fault)
    print(f"{N_JOBS} jobs, {N_KILLS} kills, {time.monotonic() - began:.0f} s: {len(faults)} faults")
    return bool(faults)


def _created(trainer: RunningTrainer) -> list[str]:
    method = supervised(n_epochs=2, batch_size=2)
    with trainer.client() as client:
        file_id = upload(client, jsonl(chat_rows(10)))
        create = client.fine_tuning.jobs.create
        return [create(model="tiny-random", training_file=file_id, method=method, seed=1).id for _ in range(N_JOBS)]


def _n_ended(trainer: RunningTrainer, job_ids: list[str]) -> int:
    with trainer.client() as client:
        jobs = {job.id: job for job in client.fine_tuning.jobs.list(limit=100)}
        return sum(jobs[job_id].status in ENDED for job_id in job_ids)


def _faults(trainer: RunningTrainer, job_ids: list[str]) -> list[str]:
    with trainer.client() as client:
        jobs = list(client.fine_tuning.jobs.list(limit=100))
        faults = [] if sorted(job.id for job in jobs) == sorted(job_ids) else ["The list of jobs has changed."]
        if len({job.fine_tuned_model for job in jobs}) != N_JOBS:
            faults.append("Some jobs share a model.")
        adapters = {(trainer.data / "jobs" / job.id / "step-10.npy").read_bytes() for job in jobs}
        if len(adapters) != 1:
            faults.append("The same seed gave different adapters.")
        return faults + [fault for job in jobs for fault in _faults_of(client, job.id)]


def _faults_of(client: OpenAI, job_id: str) -> list[str]:
    job = client.fine_tuning.jobs.retrieve(job_id)
    if job.status != "succeeded" or len(job.result_files) != 1:
        return [f"{job_id} {job.status}: {job.error}"]
    told = events_of(client, job_id)
    steps = [event.data["step"] for event in told if event.type == "metrics"]
    said = Counter(event.message.split(":")[0] for event in told if event.type == "message")
    restarts = [message for message in said if "restarted" in message or message.startswith("Training goes on")]
    for message in restarts:
        del said[message]
    faults = [] if steps == list(range(1, N_STEPS + 1)) else [f"{job_id} told steps {steps}"]
    return faults if said == EXPECTED else [*faults, f"{job_id} told {said}"]


if __name__ == "__main__":
    sys.exit(main())
