from datetime import UTC, datetime, timedelta

from storage.changes import ChangeStore
from storage.jobs import JobStore
from storage.rows import ChangeKind, NewChange


async def test_old_changes_that_were_handled_are_forgotten_and_those_that_wait_kept(database, a_job):
    changes, jobs = ChangeStore(database), JobStore(database)
    await jobs.add(a_job())
    keys = ("job:job_1:running", "job:job_1:succeeded")
    await jobs.advance(a_job(), changes=[NewChange(ChangeKind.MILESTONE, key) for key in keys])
    await changes.done((await changes.waiting())[0])

    await changes.forget(datetime.now(UTC) + timedelta(minutes=1))
    # What was forgotten could be told again; what waits is there once.
    await jobs.advance(a_job(), changes=[NewChange(ChangeKind.MILESTONE, key) for key in keys])

    assert [change.key for change in await changes.waiting()] == [keys[1], keys[0]]
