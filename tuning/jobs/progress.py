"""What a provider's answer makes of a job, and what of that people should see. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from storage.rows import ChangeKind, Job, JobEvent, JobStatus, NewChange
from tuning.hyperparameters import ADVISED
from tuning.jobs.curves import finish_estimate, metrics_of
from tuning.providers.shapes import ProviderEvent, ProviderJob

_TOLD: Final = {
    JobStatus.RUNNING,
    JobStatus.PAUSED,
    JobStatus.SUCCEEDED,
    JobStatus.FAILED,
    JobStatus.CANCELLED,
}
"""The statuses that people are told of; the others only change the card."""
QUIET: Final = timedelta(minutes=1)
"""A provider silent for so long: what was expected of the job is no longer said."""
UNREACHABLE: Final = timedelta(minutes=5)
"""From here on a silent provider is said to be away."""
_SEEN: Final = (
    "status",
    "provider_job_id",
    "fine_tuned_model",
    "hyperparameters",
    "trained_tokens",
    "error_code",
    "error_message",
    "step",
    "training_loss",
    "validation_loss",
    "comparison",
)
"""The fields whose change changes the card."""


def progressed(job: Job, heard: ProviderJob, events: Sequence[JobEvent], now: datetime) -> Job:
    """The job after the provider was heard at `now`, with the events that came, oldest first."""
    has_begun = heard.status in {JobStatus.RUNNING, JobStatus.SUCCEEDED}
    measured = _measured(job, events)
    started_at = job.started_at or (now if has_begun else None)
    by_pace = finish_estimate(started_at, now, measured.step, measured.total_steps)
    return replace(
        measured,
        status=heard.status,
        status_since=now if heard.status is not job.status else job.status_since,
        provider_job_id=heard.id or job.provider_job_id,
        fine_tuned_model=heard.fine_tuned_model or job.fine_tuned_model,
        hyperparameters=dict(heard.hyperparameters) or job.hyperparameters,
        trained_tokens=heard.trained_tokens if heard.trained_tokens is not None else job.trained_tokens,
        error_code=heard.error_code,
        error_message=heard.error_message,
        started_at=started_at,
        finished_at=(heard.finished_at or now) if heard.status.is_final else None,
        estimated_finish_at=None if heard.status.is_final else heard.estimated_finish_at or by_pace,
        last_heard_at=now,
    )


def gone(job: Job, now: datetime) -> Job:
    """The job after its provider has stopped to know it."""
    return replace(
        job,
        status=JobStatus.CANCELLED if job.is_cancel_requested else JobStatus.FAILED,
        status_since=now,
        finished_at=now,
        estimated_finish_at=None,
        error_code="job_gone",
        error_message="",
    )


def changes_between(before: Job, after: Job) -> list[NewChange]:
    """What Slack should show of the difference: the card, and for some statuses a milestone."""
    changes = []
    if any(getattr(before, name) != getattr(after, name) for name in _SEEN):
        changes.append(card(after))
    if after.status is not before.status and after.status in _TOLD:
        changes.append(milestone(after, after.status.value))
    return changes


def card(job: Job) -> NewChange:
    """The job's card shows something else now."""
    return NewChange(ChangeKind.CARD, f"job:{job.id}:card")


def milestone(job: Job, name: str) -> NewChange:
    """Something that is told once in the job's thread: a status's value, or `compared`."""
    return NewChange(ChangeKind.MILESTONE, f"job:{job.id}:{name}", {"milestone": name})


def unkept_settings(job: Job) -> list[tuple[str, float, float]]:
    """The hyperparameters that a provider has changed: name, what was asked for, what it trains with.

    Some hosts ignore where OpenAI wants them to be (seen in fakeai 0.3.2, which trained three epochs instead of one).
    """
    asked = ((name, getattr(job.request, name)) for name in ADVISED)
    return [
        (name, wanted, job.hyperparameters[name])
        for name, wanted in asked
        if wanted is not None and job.hyperparameters.get(name, wanted) != wanted
    ]


def stored_event(job: Job, event: ProviderEvent) -> JobEvent:
    """A provider's event as it is stored."""
    return JobEvent(
        job_id=job.id,
        tenant=job.tenant,
        event_id=event.id,
        created_at=event.created_at,
        level=event.level,
        type=event.type,
        message=event.message,
        data=event.data,
    )


def _measured(job: Job, events: Sequence[JobEvent]) -> Job:
    """The job with the newest numbers that the events bring; late events of earlier steps don't set it back."""
    for event in events:
        metrics = metrics_of(event.data)
        if metrics.step is None or metrics.step < (job.step or 0):
            continue
        job = replace(
            job,
            step=metrics.step,
            total_steps=metrics.total_steps or job.total_steps,
            training_loss=job.training_loss if metrics.training_loss is None else metrics.training_loss,
            validation_loss=job.validation_loss if metrics.validation_loss is None else metrics.validation_loss,
        )
    return job
