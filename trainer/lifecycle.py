"""The life of a job: every change of its status together with the events that tell it, in one transaction."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, Final, Literal

from trainer.changes import Changes
from trainer.events import event, metrics_of, step_event
from trainer.files import Files
from trainer.hyperparameters import as_shown, resolved
from trainer.models import ORGANISATION, Models
from trainer.results import csv_of
from trainer.store import Document, Query, Store
from trainer.webhook_deliveries import Deliveries

OPEN_STATUSES: Final = frozenset({"validating_files", "queued", "running", "pausing", "paused"})
TRAINING_STATUSES: Final = frozenset({"running", "pausing"})


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

    def __init__(self, store: Store, files: Files, models: Models, deliveries: Deliveries) -> None:
        self._store = store
        self._files = files
        self._models = models
        self._deliveries = deliveries
        self.changes = Changes()

    def job(self, job_id: str) -> Document | None:
        """The job as it is now."""
        return self._store.get("job", job_id)

    def is_open(self, job: Document) -> bool:
        """Whether the job, as it is now, may still change."""
        now = self.job(job["id"])
        return now is not None and now["status"] in OPEN_STATUSES

    def create(self, job: Document, project_id: str) -> None:
        """Keep a new job, which waits for its files to be validated."""
        files = f"training file: {job['training_file']}"
        if job["validation_file"]:
            files += f" and validation file: {job['validation_file']}"
        with self._writing():
            self._store.add("job", job, project_id=project_id)
            self._tell(job, "created", f"Created fine-tuning job: {job['id']}")
            self._tell(job, "validating", f"Validating {files}")

    def validated(self, job: Document, n_examples: int) -> None:
        """The files are sound: `auto` becomes numbers and the job waits for its turn."""
        numbers = as_shown(job["method"]["type"], resolved(job, n_examples))
        with self._writing():
            self._store.change("job", job["id"], status="queued", **numbers)
            self._tell(job, "queued", "Files validated, moving job to queued state")

    def started(self, job: Document) -> None:
        """Training begins, or goes on after the server was away."""
        with self._writing():
            self._store.change("job", job["id"], status="running")
            self._tell(job, "started", "Fine-tuning job started")
            if job["status"] == "running":
                message = "The server was restarted while this job ran; training starts again from its last checkpoint"
                told = f"{message}, or from the beginning before the first"
                self._tell(job, f"restarted-{self._store.now()}", told, "warn")

    def pausing(self, job: Document) -> None:
        """A client wants the job to stop for a while: a waiting one at once, a running one after its step."""
        if job["status"] == "running":
            with self._writing():
                self._store.change("job", job["id"], status="pausing")
        else:
            self.paused(job)

    def paused(self, job: Document, progress: Document | None = None) -> None:
        """The job waits for a client to resume it."""
        at = f" at step {progress['step']}" if progress else ""
        with self._writing():
            self._store.change("job", job["id"], status="paused", estimated_finish=None)
            self._tell(job, f"paused-{self._store.now()}", f"Fine-tuning job paused{at}")

    def resumed(self, job: Document) -> None:
        """The job waits for its turn again."""
        with self._writing():
            self._store.change("job", job["id"], status="queued")
            self._tell(job, f"unpaused-{self._store.now()}", "Fine-tuning job resumed, moving job to queued state")

    def progressed(self, job: Document, progress: Document) -> None:
        """Keep what the training process told; what it tells again after a restart is kept once."""
        {
            "step": self._step,
            "checkpoint": self._checkpoint,
            "resumed": self._went_on,
            "paused": self.paused,
            "warning": self._warning,
        }[progress["kind"]](job, progress)

    def _step(self, job: Document, progress: Document) -> None:
        now, remaining_seconds = self._store.now(), progress["remaining_seconds"]
        with self._writing():
            self._add("event", step_event(job["id"], progress, now), job)
            if remaining_seconds is not None:
                self._store.change("job", job["id"], estimated_finish=now + round(remaining_seconds))

    def _checkpoint(self, job: Document, progress: Document) -> None:
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
            if self._add("checkpoint", checkpoint, job):
                self._models.add(model_id, base_id_of(job), job["id"], step)
            self._tell(job, f"checkpoint-{step}", f"Checkpoint created at step {step}: {model_id}")

    def _went_on(self, job: Document, progress: Document) -> None:
        message = f"Training goes on after step {progress['step']}"
        with self._writing():
            self._tell(job, f"resumed-{self._store.now()}", message)

    def _warning(self, job: Document, progress: Document) -> None:
        with self._writing():
            self._tell(job, f"warning-{progress['message']}", progress["message"], "warn")

    def succeeded(self, job: Document, trained_tokens: int) -> None:
        """The adapter of the last checkpoint becomes the fine-tuned model."""
        model_id, metrics = model_id_of(job), self._metrics(job)
        result = self._files.add_result(self._store.new_id("file"), "step_metrics.csv", csv_of(metrics))
        made = {"fine_tuned_model": model_id, "trained_tokens": trained_tokens, "result_files": [result["id"]]}
        with self._writing():
            self._store.add("file", result, project_id=self._store.project_of("job", job["id"]))
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
        self._deliveries.add(f"fine_tuning.job.{status}", job["id"])

    def _metrics(self, job: Document) -> list[dict[str, Any]]:
        query = Query("event", parent_id=job["id"], fields={"type": "metrics"}, is_newest_first=False)
        return [metrics_of(told["data"]) for told in self._store.find(query)]

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._store.transaction():
            yield
        self.changes.announce()

    def _tell(self, job: Document, key: str, message: str, level: Literal["info", "warn", "error"] = "info") -> None:
        self._add("event", event(job["id"], key, message, self._store.now(), level), job)

    def _add(self, kind: Literal["event", "checkpoint"], body: Document, job: Document) -> bool:
        return self._store.add(kind, body, job["id"], self._store.project_of("job", job["id"]))
