import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from storage.jobs import JobStore
from storage.rows import Audit, Job, JobRequest, JobStatus, Tenant
from storage.starts import Judged, StartStore


@pytest.fixture
def starts(database) -> StartStore:
    return StartStore(database)


@pytest.fixture
def job(tenant, place, now):
    def make(number: int, **fields: object) -> Job:
        request = JobRequest("openai", "gpt-4.1-mini", "ds_1-v1")
        return replace(
            Job(f"job_{number}", tenant, "marv", "U1", place, request, now, estimated_usd=Decimal(1)), **fields
        )

    return make


def judged(job: Job, action: str) -> Judged:
    return Judged(job, Audit(job.tenant, f"job:{job.id}:{action}", "U1", action, f"job:{job.id}", job.created_at, {}))


async def test_of_starts_at_the_same_time_each_sees_what_the_others_have_spent(starts, job, tenant, now):
    seen = []

    def judge(one):
        def decide(others):
            seen.append(len(others))
            return judged(one, "start")

        return decide

    await asyncio.gather(*(starts.add(tenant, f"job_{n}", judge(job(n)), now) for n in (1, 2, 3, 4, 1, 2)))

    assert sorted(seen) == [0, 1, 2, 3]
    assert sorted(one.name for one in await starts.counted(tenant, now)) == ["marv", "marv-2", "marv-3", "marv-4"]


async def test_what_runs_and_what_ended_in_the_month_is_counted_for_its_team_alone(
    starts, database, job, tenant, other_tenant, now
):
    ended, month = {"status": JobStatus.SUCCEEDED}, now - timedelta(days=10)
    for one in (
        job(1, status=JobStatus.RUNNING, created_at=month - timedelta(days=40)),
        job(2, **ended, finished_at=month),
        job(3, **ended, finished_at=month - timedelta(seconds=1)),
        job(4, status=JobStatus.AWAITING_APPROVAL),
        job(5, tenant=other_tenant, status=JobStatus.RUNNING),
    ):
        await JobStore(database).add(one)

    assert {one.id for one in await starts.counted(tenant, month)} == {"job_1", "job_2"}
    assert [one.id for one in await starts.awaiting(tenant)] == ["job_4"]
    assert await starts.awaiting(Tenant("T9")) == []


async def test_of_many_decisions_one_is_made(starts, database, job, tenant):
    waiting = job(1, status=JobStatus.AWAITING_APPROVAL, error_code="over_job_cap")
    await JobStore(database).add(waiting)
    outcomes = [JobStatus.STARTING, JobStatus.CANCELLED] * 4

    decided = await asyncio.gather(
        *(starts.decide(judged(replace(waiting, status=status, error_code=""), status.value)) for status in outcomes)
    )

    (made,) = [one for one in decided if one is not None]
    assert made == await JobStore(database).get(tenant, "job_1")
    assert (made.status in set(outcomes), made.error_code) == (True, "")
