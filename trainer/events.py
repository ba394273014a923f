"""What a job tells while it goes on, in OpenAI's words."""

from hashlib import sha256
from typing import Any, Literal

from trainer.store import Document

_METRICS = (
    "step",
    "total_steps",
    "train_loss",
    "train_mean_token_accuracy",
    "full_valid_loss",
    "full_valid_mean_token_accuracy",
    "train_reward_accuracy",
    "full_valid_reward_accuracy",
)


def event(
    job_id: str, key: str, message: str, created_at: int, level: Literal["info", "warn", "error"] = "info"
) -> Document:
    """One event. Its id follows from the job and the key, so the same thing told twice is one event."""
    return {
        "object": "fine_tuning.job.event",
        "id": f"ftevent-{sha256(f'{job_id}:{key}'.encode()).hexdigest()[:24]}",
        "created_at": created_at,
        "level": level,
        "message": message,
        "data": None,
        "type": "message",
    }


def step_event(job_id: str, progress: Document, created_at: int) -> Document:
    """The event of one training step, with its figures as data."""
    step, total_steps, loss = progress["step"], progress["total_steps"], progress["train_loss"]
    message = f"Step {step}/{total_steps}: training loss={loss:.2f}"
    if progress["full_valid_loss"] is not None:
        message += f", full validation loss={progress['full_valid_loss']:.2f}"
    told = event(job_id, f"step-{step}", message, created_at)
    return {**told, "type": "metrics", "data": metrics_of(progress)}


def metrics_of(progress: Document) -> dict[str, Any]:
    """The figures of a step that there are."""
    return {name: progress[name] for name in _METRICS if progress.get(name) is not None}
