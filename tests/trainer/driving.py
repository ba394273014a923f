"""How these tests drive a trainer: the unmodified openai client against a process of its own."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openai import OpenAI
from openai.types.fine_tuning import FineTuningJob, FineTuningJobEvent

ENDED = {"succeeded", "failed", "cancelled"}
WAITING = {"Prefer": "wait=1"}


@dataclass
class RunningTrainer:
    """A trainer in a process of its own, as a user starts it."""

    process: subprocess.Popen[str]
    url: str
    data: Path

    def client(self, **options: Any) -> OpenAI:
        return OpenAI(base_url=self.url, api_key="any", max_retries=0, _strict_response_validation=True, **options)

    def training_process(self) -> int | None:
        """The id of the process that trains at the moment."""
        own = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        children = Path(own).read_text("ascii").split()
        return int(children[0]) if children else None

    def stop(self) -> None:
        if self.process.returncode is None:
            self.process.terminate()
            self.process.communicate()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def start_trainer(data: Path, *arguments: str) -> RunningTrainer:
    command = [sys.executable, "-m", "trainer", "--port", "0", "--data", str(data), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own words
    ready = process.stdout.readline()
    assert ready.startswith("Trainer ready at http://127.0.0.1:"), ready
    return RunningTrainer(process, ready.removeprefix("Trainer ready at ").strip(), data)


def chat_rows(n_rows: int, answer: str = "It is {}. Obviously.") -> list[dict[str, Any]]:
    return [
        {
            "messages": [
                {"role": "system", "content": "Be dry."},
                {"role": "user", "content": f"What is {number} plus 1?"},
                {"role": "assistant", "content": answer.format(number + 1)},
            ]
        }
        for number in range(n_rows)
    ]


def prompt_rows(n_rows: int) -> list[dict[str, Any]]:
    return [{"prompt": f"{number} plus 1 ->", "completion": f" {number + 1} END"} for number in range(n_rows)]


def preference_rows(n_rows: int) -> list[dict[str, Any]]:
    return [
        {
            "input": {"messages": [{"role": "user", "content": f"What is {number} plus 1?"}]},
            "preferred_output": [{"role": "assistant", "content": f"It is {number + 1}."}],
            "non_preferred_output": [{"role": "assistant", "content": "Who knows?"}],
        }
        for number in range(n_rows)
    ]


def jsonl(rows: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def upload(client: OpenAI, content: bytes, name: str = "train.jsonl") -> str:
    return client.files.create(file=(name, content), purpose="fine-tune").id


def ended(client: OpenAI, job_id: str) -> FineTuningJob:
    job = client.fine_tuning.jobs.retrieve(job_id)
    while job.status not in ENDED:
        job = client.fine_tuning.jobs.retrieve(job_id, extra_headers=WAITING)
    return job


def trained(client: OpenAI, content: bytes, **options: Any) -> FineTuningJob:
    options = {"model": "tiny-random", **options}
    job = client.fine_tuning.jobs.create(training_file=upload(client, content), **options)
    return ended(client, job.id)


def events_of(client: OpenAI, job_id: str) -> list[FineTuningJobEvent]:
    """All events, oldest first."""
    return list(client.fine_tuning.jobs.list_events(job_id, limit=100))[::-1]


def losses_of(client: OpenAI, job_id: str) -> list[float]:
    return [event.data["train_loss"] for event in events_of(client, job_id) if event.type == "metrics"]


def supervised(**hyperparameters: Any) -> dict[str, Any]:
    return {"type": "supervised", "supervised": {"hyperparameters": hyperparameters}}


def dpo(**hyperparameters: Any) -> dict[str, Any]:
    return {"type": "dpo", "dpo": {"hyperparameters": hyperparameters}}


def status_of(client: OpenAI, job_id: str) -> str:
    """The status as it came: the client's type does not know OpenAI's newer pausing and paused."""
    return client.get(f"/fine_tuning/jobs/{job_id}", cast_to=dict[str, Any])["status"]


def until(client: OpenAI, job_id: str, status: str) -> None:
    headers = {"headers": WAITING}
    while (found := status_of(client, job_id)) != status:
        assert found not in ENDED, found
        client.get(f"/fine_tuning/jobs/{job_id}", cast_to=dict[str, Any], options=headers)


def steps_of(client: OpenAI, job_id: str) -> list[int]:
    return [event.data["step"] for event in events_of(client, job_id) if event.type == "metrics"]
