"""How the start of a job ends when the job doesn't come to life: the outcome as JSON, and its note on the job."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from storage.jobs import JobStore
from storage.rows import JSON, Job, JobStatus
from tuning.errors import ProviderRefused, UserFacingError
from tuning.jobs.attempts import Attempts
from tuning.jobs.creation import StartUnknown
from tuning.jobs.failures import PROVIDERS_REASONS
from tuning.jobs.progress import changes_between

CANCELLED: Final[JSON] = {"ok": False, "status": JobStatus.CANCELLED.value, "code": "", "message": ""}


def failed(error: UserFacingError) -> JSON:
    """The job can't be started, for a reason that a person understands."""
    if isinstance(error, ProviderRefused):
        is_known = error.refusal in PROVIDERS_REASONS
        return failed_with(error.refusal if is_known else error.code, error.message)
    return failed_with(error.code, str(error))


def failed_with(code: str, message: str) -> JSON:
    """The job can't be started; `code` names the sentence, `message` is what somebody else said in English."""
    return {"ok": False, "status": JobStatus.FAILED.value, "code": code, "message": message}


async def broken(attempts: Attempts, job: Job) -> JSON:
    """What is true of a job whose start broke off unexpectedly: the provider may have been asked already."""
    if await attempts.open_since(job) is not None:
        return failed(StartUnknown(job.id, job.request.provider))
    return CANCELLED if job.is_cancel_requested else failed_with("incident", f"Incident {job.id}.")


async def end(jobs: JobStore, job: Job, outcome: JSON, now: datetime) -> None:
    """Note on the job why it was not started."""
    ended = replace(
        job,
        status=JobStatus(outcome["status"]),
        status_since=now,
        finished_at=now,
        error_code=outcome["code"],
        error_message=outcome["message"],
    )
    await jobs.advance(ended, changes=changes_between(job, ended))
