"""The events of jobs: each is stored once, however often a provider tells it."""

from collections.abc import Sequence

from sqlalchemy import select

from storage.rows import Job, JobEvent
from storage.sessions import ThreadedSession
from storage.snapshots import columns_of
from storage.tables import JobEventRecord


async def insert_new_events(session: ThreadedSession, job: Job, events: Sequence[JobEvent]) -> list[JobEvent]:
    """Store those events of a job that are not stored yet, and return them in the order given.

    The caller holds the lock on the job's row, so nobody else writes its events meanwhile.
    """
    if not events:
        return []
    known = set(
        await session.scalars(
            select(JobEventRecord.event_id).where(
                JobEventRecord.tenant == job.tenant,
                JobEventRecord.job_id == job.id,
                JobEventRecord.event_id.in_([event.event_id for event in events]),
            )
        )
    )
    by_id = {event.event_id: event for event in reversed(events) if event.event_id not in known}
    new_events = list(reversed(by_id.values()))
    session.add_all(JobEventRecord(**columns_of(event)) for event in new_events)
    return new_events
