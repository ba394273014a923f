"""What jobs have cost: billed where they have ended, estimated while they run. Pure."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from storage.rows import Job, JobStatus


def month_of(now: datetime) -> datetime:
    """The start of the calendar month, in UTC, in which a cap a month is counted."""
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def spent_usd(jobs: Iterable[Job]) -> Decimal:
    """What the jobs that count for a month have cost, as far as their prices are known."""
    return sum((cost_usd(job) or Decimal() for job in jobs), Decimal())


def cost_usd(job: Job) -> Decimal | None:
    """What a job has cost or will, as far as that is known.

    One that ended without a bill counts as estimated if it had begun to train, for hosts bill what they have trained.
    """
    if job.status is JobStatus.AWAITING_APPROVAL:
        return Decimal()
    if not job.status.is_final:
        return job.estimated_usd
    billed = billed_usd(job)
    if billed is not None:
        return billed
    has_begun = job.status is JobStatus.SUCCEEDED or job.started_at is not None
    return job.estimated_usd if has_begun else Decimal()


def billed_usd(job: Job) -> Decimal | None:
    """The billed tokens at the price that the estimate rests on; None where no bill or no price is known."""
    if job.estimated_usd is None or not job.estimated_tokens or job.trained_tokens is None:
        return None
    return job.estimated_usd * job.trained_tokens / job.estimated_tokens
