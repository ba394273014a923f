"""Jobs at the two moments at which it is decided whether they start: when they are asked for, and when one is approved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import ColumnElement, func, or_, select

from storage.audits import write_audit
from storage.changes import write_change
from storage.engine import Database
from storage.names import insert_under_free_name
from storage.reading import read_all
from storage.rows import Audit, Job, JobStatus, NewChange, Tenant
from storage.sessions import ThreadedSession
from storage.snapshots import columns_of, key_of, row_of
from storage.tables import JobRecord

_FINAL = [status for status in JobStatus if status.is_final]


@dataclass(frozen=True, slots=True)
class Judged:
    """A job as it was decided on, the decision as it is audited, and what Slack should show."""

    job: Job
    audit: Audit
    changes: Sequence[NewChange] = ()


Judge: TypeAlias = Callable[[Sequence[Job]], Judged]
"""Decides on a job, given the team's other jobs that count for the month's spend."""


class StartStore:
    """Of several decisions about one team's money each sees what the ones before it have spent."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, tenant: Tenant, job_id: str, judge: Judge, since: datetime) -> Job:
        """Store a job as it is judged, with its audit, and return it under its final name.

        The same job id twice is one job: the one stored first is returned, and nothing is judged.

        Args:
            since: the start of the month, as in `counted`.
        """
        async with self._database.writing() as session:
            await _take_turns(session, tenant)
            record = await session.get(JobRecord, key_of(tenant, job_id))
            if record is not None:
                return row_of(Job, record)
            records = await session.scalars(select(JobRecord).where(*_counts(tenant, since)))
            judged = judge([row_of(Job, one) for one in records])
            await insert_under_free_name(session, JobRecord, columns_of(judged.job))
            record = await session.get_one(JobRecord, key_of(tenant, job_id))
            await _write(session, judged)
            return row_of(Job, record)

    async def counted(self, tenant: Tenant, since: datetime) -> list[Job]:
        """The jobs that count for the spend of the month that began at `since`: all that run, and what ended in it."""
        return await read_all(self._database, Job, select(JobRecord).where(*_counts(tenant, since)))

    async def decide(self, judged: Judged) -> Job | None:
        """Let a job that awaits an approval start, or end it, as its new status says; None where that was decided already."""
        job = judged.job
        async with self._database.writing() as session:
            record = await session.get_one(JobRecord, key_of(job.tenant, job.id), with_for_update=True)
            if record.status is not JobStatus.AWAITING_APPROVAL:
                return None
            record.status, record.status_since = job.status, job.status_since
            record.finished_at = job.finished_at
            record.error_code, record.error_message = job.error_code, job.error_message
            await _write(session, judged)
            return row_of(Job, record)

    async def awaiting(self, tenant: Tenant) -> list[Job]:
        """The team's jobs that await an approval, oldest first."""
        wanted = (JobRecord.tenant == tenant, JobRecord.status == JobStatus.AWAITING_APPROVAL)
        return await read_all(self._database, Job, select(JobRecord).where(*wanted).order_by(JobRecord.created_at))


def _counts(tenant: Tenant, since: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    has_begun = JobRecord.status.not_in([*_FINAL, JobStatus.AWAITING_APPROVAL])
    return JobRecord.tenant == tenant, or_(has_begun, JobRecord.finished_at >= since)


async def _take_turns(session: ThreadedSession, tenant: Tenant) -> None:
    """Until the transaction ends no other decides on this team's money; SQLite has one writer anyhow."""
    if session.dialect_name == "postgresql":
        await session.execute(
            select(func.pg_advisory_xact_lock(func.hashtext(f"start:{tenant.enterprise_id}:{tenant.team_id}")))
        )


async def _write(session: ThreadedSession, judged: Judged) -> None:
    await write_audit(session, judged.audit)
    for change in judged.changes:
        await write_change(session, judged.job.tenant, f"job:{judged.job.id}", change)
