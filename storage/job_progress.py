"""How a newer state of a job goes over the stored one, when the newer may in truth be the older."""

from storage.rows import Job, JobStatus
from storage.tables import JobRecord

_MUTABLE = (
    "status",
    "provider_job_id",
    "training_file_id",
    "validation_file_id",
    "fine_tuned_model",
    "hyperparameters",
    "estimated_tokens",
    "estimated_usd",
    "trained_tokens",
    "error_code",
    "error_message",
    "status_since",
    "started_at",
    "finished_at",
    "estimated_finish_at",
    "last_heard_at",
    "step",
    "total_steps",
    "training_loss",
    "validation_loss",
    "comparison",
)
# What a writer with an older snapshot does not know yet must not be emptied by it.
_NEVER_FORGOTTEN = {
    "provider_job_id",
    "training_file_id",
    "validation_file_id",
    "fine_tuned_model",
    "hyperparameters",
    "trained_tokens",
    "comparison",
}


def apply_progress(record: JobRecord, job: Job) -> None:
    """Write the fields of `job` that may change over a stored job.

    A stored job that has ended takes nothing from a state with another status: that state is older. So is a state
    that awaits an approval, once that was decided. Ids, the model, the bill and the comparison are never emptied, and a wish to cancel stays.
    """
    record.is_cancel_requested = record.is_cancel_requested or job.is_cancel_requested
    if record.status != job.status and (record.status.is_final or job.status is JobStatus.AWAITING_APPROVAL):
        return
    for name in _MUTABLE:
        value = getattr(job, name)
        if value or name not in _NEVER_FORGOTTEN:
            setattr(record, name, value)
