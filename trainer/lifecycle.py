"""The life of a job: every change of its status together with the events that tell it, in one transaction."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Literal

from trainer.changes import Changes
from trainer.events import event, metrics_of, step_event
from trainer.files import Files
from trainer.hyperparameters import as_shown, resolved
from trainer.models import ORGANISATION, Models
from trainer.requests import Hyperparameters
from trainer.store import Document, Query, Store

OPEN_STATUSES: Final = frozenset({"validating_files", "queued", "running"})
_COLUMNS: Final = (
    "step",
    "train_loss",
    "train_mean_token_accuracy",
    "full_valid_loss",
    "full_valid_mean_token_accuracy",
)


@dataclass(slots=True)
class Pace:
    """How fast a job goes in this run of its process."""

    started_at: int
    first_step: int = 0

    def finish_at(self, step: int, total_steps: int, now: int) -> int:
        """When it will end if it goes on like this, Unix seconds."""
        done = max(1, step - self.first_step)
        return now + round((now - self.started_at) / done * (total_steps - step))


def base_id_of(job: Document) -> str:
    """The base under the model that the job trains, which may be a tuned one: ``ft:<base>:...``."""
    model: str = job["model"]
    return model.split(":")[1] if model.startswith("ft:") else model


def model_id_of(job: Document) -> str:
    """The id of the model that the job makes: ``ft:<base>:<organisation>:<suffix>:<id>``."""
    suffix = re.sub(r"[^a-z0-9_-]+", "-", (job["user_provided_suffix"] or "").lower())
    return f"ft:{base_id_of(job)}:{ORGANISATION}:{suffix}:{job['id'][-8:]}"


class Lifecycle:
    """Writes what happens to jobs."""

    def __init__(self, store: Store, files: Files, models: Models) -> None:
        self._store = store
        self._files = files
        self._models = models
        self.changes = Changes()

    def job(self, job_id: str) -> Document | None:
        """The job as it is now."""
        return self._store.get("job", job_id)

    def is_open(self, job: Document) -> bool:
        """Whether the job, as it is now, may still change."""
        now = self.job(job["id"])
        return now is not None and now["status"] in OPEN_STATUSES

    def create(self, job: Document) -> None:
        """Keep a new job, which waits for its files to be validated."""
        files = f"training file: {job['training_file']}"
        if job["validation_file"]:
            files += f" and validation file: {job['validation_file']}"
        with self._writing():
            self._store.add("job", job)
            self._tell(job, "created", f"Created fine-tuning job: {job['id']}")
            self._tell(job, "validating", f"Validating {files}")

    def validated(self, job: Document, n_examples: int) -> None:
        """The files are sound: `auto` becomes numbers and the job waits for its turn."""
        numbers = resolved(Hyperparameters(**job["hyperparameters"]), n_examples)
        with self._writing():
            self._store.change("job", job["id"], status="queued", **as_shown(numbers))
            self._tell(job, "queued", "Files validated, moving job to queued state")

    def started(self, job: Document) -> Pace:
        """Training begins, or goes on after the server was away."""
        now = self._store.now()
        with self._writing():
            self._store.change("job", job["id"], status="running")
            self._tell(job, "started", "Fine-tuning job started")
            if job["status"] == "running":
                message = "The server was restarted while this job ran; training starts again from its last checkpoint"
                self._tell(job, f"restarted-{now}", f"{message}, or from the beginning before the first", "warn")
        return Pace(now)

    def progressed(self, job: Document, progress: Document, pace: Pace) -> None:
        """Keep what the training process told; what it tells again after a restart is kept once."""
        {
            "step": self._step,
            "checkpoint": self._checkpoint,
            "resumed": self._resumed,
            "warning": self._warning,
        }[progress["kind"]](job, progress, pace)

    def _step(self, job: Document, progress: Document, pace: Pace) -> None:
        now = self._store.now()
        finish_at = pace.finish_at(progress["step"], progress["total_steps"], now)
        with self._writing():
            self._store.add("event", step_event(job["id"], progress, now), job["id"])
            self._store.change("job", job["id"], estimated_finish=finish_at)

    def _checkpoint(self, job: Document, progress: Document, _: Pace) -> None:
        step = progress["step"]
        model_id = f"{model_id_of(job)}:ckpt-step-{step}"
        checkpoint = {
            "object": "fine_tuning.job.checkpoint",
            "id": f"ftckpt_{sha256(model_id.encode()).hexdigest()[:24]}",
            "created_at": self._store.now(),
            "fine_tuned_model_checkpoint": model_id,
            "fine_tuning_job_id": job["id"],
            "metrics": next(metrics for metrics in self._metrics(job) if metrics["step"] == step),
            "step_number": step,
        }
        with self._writing():
            if self._store.add("checkpoint", checkpoint, job["id"]):
                self._models.add(model_id, base_id_of(job), job["id"], step)
            self._tell(job, f"checkpoint-{step}", f"Checkpoint created at step {step}: {model_id}")

    def _resumed(self, job: Document, progress: Document, pace: Pace) -> None:
        pace.first_step = progress["step"]
        message = f"Training goes on from the checkpoint at step {progress['step']}"
        with self._writing():
            self._tell(job, f"resumed-{self._store.now()}", message)

    def _warning(self, job: Document, progress: Document, _: Pace) -> None:
        with self._writing():
            self._tell(job, f"warning-{progress['message']}", progress["message"], "warn")

    def succeeded(self, job: Document, trained_tokens: int) -> None:
        """The adapter of the last checkpoint becomes the fine-tuned model."""
        model_id, metrics = model_id_of(job), self._metrics(job)
        result = self._files.add_result(self._store.new_id("file"), "step_metrics.csv", _csv(metrics))
        made = {"fine_tuned_model": model_id, "trained_tokens": trained_tokens, "result_files": [result["id"]]}
        with self._writing():
            self._store.add("file", result)
            self._models.add(model_id, base_id_of(job), job["id"], metrics[-1]["step"])
            self._end(job, "succeeded", **made)
            self._tell(job, "model", f"New fine-tuned model created: {model_id}")
            self._tell(job, "succeeded", "The job has successfully completed")

    def failed(self, job: Document, code: str, message: str, param: str | None = None) -> None:
        """The job ends with a sentence that says why."""
        with self._writing():
            self._end(job, "failed", error={"code": code, "message": message, "param": param})
            self._tell(job, "failed", message, "error")

    def cancelled(self, job: Document) -> None:
        """A client wanted no more of it; checkpoints that there are stay usable."""
        with self._writing():
            self._end(job, "cancelled")
            self._tell(job, "cancelled", f"Fine-tuning job {job['id']} has been cancelled")

    def _end(self, job: Document, status: Literal["succeeded", "failed", "cancelled"], **fields: Any) -> None:  # noqa: ANN401 - JSON values
        now = self._store.now()
        self._store.change("job", job["id"], status=status, finished_at=now, estimated_finish=None, **fields)

    def _metrics(self, job: Document) -> list[dict[str, Any]]:
        query = Query("event", parent_id=job["id"], fields={"type": "metrics"}, is_newest_first=False)
        return [metrics_of(told["data"]) for told in self._store.find(query)]

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._store.transaction():
            yield
        self.changes.announce()

    def _tell(self, job: Document, key: str, message: str, level: Literal["info", "warn", "error"] = "info") -> None:
        self._store.add("event", event(job["id"], key, message, self._store.now(), level), job["id"])


def _csv(metrics: Sequence[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(metrics)
    return text.getvalue().encode()
