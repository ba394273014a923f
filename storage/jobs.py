"""Fine-tuning jobs, and how each change of one is written whole."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, Text, cast, select, update

from storage.changes import write_change
from storage.engine import Database
from storage.job_events import insert_new_events
from storage.job_progress import apply_progress
from storage.names import best_match, insert_under_free_name
from storage.reading import read_all, read_first
from storage.rows import Job, JobEvent, JobStatus, NewChange, Place, Tenant
from storage.snapshots import columns_of, key_of, row_of
from storage.tables import JobEventRecord, JobRecord

_FINAL = [status for status in JobStatus if status.is_final]


class JobStore:
    """The team's jobs with their events; what Slack should show about them is written in the same transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, job: Job) -> Job:
        """Store what somebody wants to train, and return it under its final name.

        The same job id twice is one job: the one stored first is returned.
        """
        async with self._database.writing() as session:
            await insert_under_free_name(session, JobRecord, columns_of(job))
            return row_of(Job, await session.get_one(JobRecord, key_of(job.tenant, job.id)))

    async def get(self, tenant: Tenant, job_id: str) -> Job | None:
        return await read_first(self._database, Job, _jobs_of(tenant).where(JobRecord.id == job_id))

    async def find(self, tenant: Tenant, text: str) -> Job | None:
        """The job somebody means by our id, the provider's id or its short name."""
        # Nothing typed must not mean a job that no provider knows yet, whose provider's id is empty.
        known_ids = (JobRecord.id, JobRecord.provider_job_id)
        query = best_match(_jobs_of(tenant), text, JobRecord.name, *known_ids)
        return await read_first(self._database, Job, query) if text.strip() else None

    async def with_provider_ids(self, provider_job_ids: Collection[str]) -> list[Job]:
        """The jobs of all teams that a provider knows by these ids."""
        query = select(JobRecord).where(JobRecord.provider_job_id.in_(provider_job_ids))
        return await read_all(self._database, Job, query)

    async def in_thread(self, tenant: Tenant, place: Place) -> Job | None:
        """The newest job whose card lives in this thread."""
        return await read_first(self._database, Job, _jobs_of(tenant).where(JobRecord.place == place))

    async def recent(self, tenant: Tenant, limit: int = 100) -> list[Job]:
        """The team's jobs, newest first."""
        return await read_all(self._database, Job, _jobs_of(tenant).limit(limit))

    async def trained_on(self, tenant: Tenant, dataset_id: str) -> list[Job]:
        """The team's jobs that use a version of a dataset, newest first."""
        # A version's id begins with its dataset's, and an id of a dataset occurs in nothing else that is asked for.
        names_it = cast(JobRecord.request, Text).contains(f'"{dataset_id}-', autoescape=True)
        return await read_all(self._database, Job, _jobs_of(tenant).where(names_it))

    async def live(self, limit: int = 1000) -> list[Job]:
        """The jobs of all teams that a provider knows and that have not ended, oldest first."""
        is_live = (JobRecord.status.not_in(_FINAL), JobRecord.provider_job_id != "")
        query = select(JobRecord).where(*is_live).order_by(JobRecord.created_at, JobRecord.id)
        return await read_all(self._database, Job, query.limit(limit))

    async def starting(self) -> list[Job]:
        """The jobs of all teams that were asked for and that no provider knows yet, oldest first."""
        is_starting = (JobRecord.status == JobStatus.STARTING, JobRecord.provider_job_id == "")
        return await read_all(
            self._database, Job, select(JobRecord).where(*is_starting).order_by(JobRecord.created_at, JobRecord.id)
        )

    async def advance(
        self, job: Job, events: Sequence[JobEvent] = (), changes: Sequence[NewChange] = ()
    ) -> list[JobEvent]:
        """Write a job's new state, its new events and what Slack should show of both, in one transaction.

        A job never comes back from a final status and a wish to cancel is never taken back, however old the
        given state is; `job_progress` says the rules. Events are known by their id and each is stored once. A
        change whose key is known is not written again, except a card, which is marked as waiting again.

        Returns the events that were new, in the order given.
        """
        async with self._database.writing() as session:
            record = await session.get_one(JobRecord, key_of(job.tenant, job.id), with_for_update=True)
            apply_progress(record, job)
            new_events = await insert_new_events(session, job, events)
            for change in changes:
                await write_change(session, job.tenant, f"job:{job.id}", change)
            return new_events

    async def note(self, job: Job, events: Sequence[JobEvent]) -> None:
        """Store events of a job and change nothing else; those that are stored already stay as they are."""
        async with self._database.writing() as session:
            await session.get_one(JobRecord, key_of(job.tenant, job.id), with_for_update=True)
            await insert_new_events(session, job, events)

    async def request_cancel(self, tenant: Tenant, job_id: str) -> Job | None:
        """Note that somebody wants a job to be cancelled; the row that was updated, or None for no such job."""
        wanted = (JobRecord.tenant == tenant, JobRecord.id == job_id)
        async with self._database.writing() as session:
            await session.execute(update(JobRecord).where(*wanted).values(is_cancel_requested=True))
            record = await session.get(JobRecord, key_of(tenant, job_id))
            return None if record is None else row_of(Job, record)

    async def events(self, tenant: Tenant, job_id: str, limit: int = 100) -> list[JobEvent]:
        """The newest `limit` events of a job, oldest first."""
        newest_first = (JobEventRecord.created_at.desc(), JobEventRecord.id.desc())
        query = _events_of(tenant, job_id).order_by(*newest_first).limit(limit)
        return (await read_all(self._database, JobEvent, query))[::-1]

    async def metrics(self, tenant: Tenant, job_id: str) -> list[JobEvent]:
        """All events of a job that carry the metrics of a step, oldest first."""
        query = _events_of(tenant, job_id).where(JobEventRecord.type == "metrics")
        return await read_all(self._database, JobEvent, query.order_by(JobEventRecord.created_at, JobEventRecord.id))


def _jobs_of(tenant: Tenant) -> Select[Any]:
    newest_first = (JobRecord.created_at.desc(), JobRecord.id.desc())
    return select(JobRecord).where(JobRecord.tenant == tenant).order_by(*newest_first)


def _events_of(tenant: Tenant, job_id: str) -> Select[Any]:
    return select(JobEventRecord).where(JobEventRecord.tenant == tenant, JobEventRecord.job_id == job_id)
