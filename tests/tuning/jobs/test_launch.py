"""A job that was asked for is begun, or ended with a sentence: none stays 'starting' for ever."""

import asyncio
from dataclasses import asdict, replace

import pytest

from storage.errors import DatabaseUnavailable
from storage.rows import JobStatus

CREATE = "POST /fine_tuning/jobs"


async def stored(house):
    return await house.job_store.get(house.tenant, "job_1")


class Store:
    """The real store of jobs, with one call that is told to fail at first."""

    def __init__(self, real, failing, *faults):
        self.real, self.failing, self.faults = real, failing, list(faults)

    def __getattr__(self, name):
        return self._once if name == self.failing else getattr(self.real, name)

    async def _once(self, *arguments, **named):
        if self.faults:
            raise self.faults.pop()
        return await getattr(self.real, self.failing)(*arguments, **named)


async def test_a_broken_disk_before_the_upload_ends_the_job_with_an_incident(house, host):
    await house.asked(split_train_percent=80)

    class BrokenParts:
        async def ensure(self, tenant, version_id):
            raise OSError(28, "No space left on device")

    house.steps = replace(house.steps, parts=BrokenParts())

    outcome, job = await house.run_start()

    assert (outcome["code"], job.status, job.error_code) == ("incident", JobStatus.FAILED, "incident")
    assert host.jobs == []


async def test_something_unexpected_after_the_provider_was_asked_warns_of_a_job_that_may_run(house, host):
    await house.asked()
    faults = [ZeroDivisionError("our own bug")]

    def clock():
        if host.jobs and faults:
            raise faults.pop()
        return house.now

    house.steps = replace(house.steps, clock=clock)

    outcome, job = await house.run_start()

    assert (outcome["code"], job.status) == ("start_unknown", JobStatus.FAILED)
    assert "tunesmith_job = job_1" in job.error_message


async def test_the_end_is_written_when_the_database_is_back(house, host, answers):
    host.then(CREATE, answers.refusal(400))
    await house.asked()
    steps = house.steps
    tenant = asdict(house.tenant)
    await steps.upload(tenant, "job_1")
    outcome = await steps.create(tenant, "job_1")
    away = Store(house.job_store, "advance", *[DatabaseUnavailable() for _ in range(20)])

    await replace(steps, jobs=away).end(tenant, "job_1", outcome)

    assert (await stored(house)).status is JobStatus.FAILED


async def test_a_job_whose_workflow_ended_without_it_is_ended_by_the_sweep(house):
    await house.asked()
    house.over.add("start:job_1")

    await house.launch.sweep()

    job = await stored(house)
    assert (job.status, job.error_code) == (JobStatus.FAILED, "incident")


async def test_a_job_whose_workflow_ended_after_the_provider_was_asked_is_said_to_be_unknown(house, host, answers):
    await house.asked()
    tenant = asdict(house.tenant)
    await house.steps.upload(tenant, "job_1")
    host.then(CREATE, answers.html, is_done_first=True)
    host.ignores.add("jobs")

    async def die(seconds):
        if host.jobs:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await replace(house.steps, pause=die).create(tenant, "job_1")
    house.over.add("start:job_1")

    await house.launch.sweep()

    assert (await stored(house)).error_code == "start_unknown"


async def test_a_workflow_that_ended_well_in_the_meantime_is_left_alone(house):
    read_before = await house.asked()
    await house.run_start()
    house.over.add("start:job_1")

    await house.launch.revive(read_before)

    assert (await stored(house)).status is JobStatus.QUEUED


async def test_cancelling_a_job_whose_workflow_is_gone_ends_it(house):
    await house.asked()
    house.over.add("start:job_1")

    await house.jobs.cancel(house.viewer, "marv")

    assert (await stored(house)).status is JobStatus.CANCELLED


async def test_a_cancel_is_heard_while_the_provider_does_not_even_show_its_list(house, host, answers):
    host.then("GET /fine_tuning/jobs", *[answers.refusal(503)] * 20)
    await house.asked()

    async def cancel_at_first_pause(seconds):
        await house.job_store.request_cancel(house.tenant, "job_1")

    house.steps = replace(house.steps, pause=cancel_at_first_pause)

    _, job = await house.run_start()

    assert job.status is JobStatus.CANCELLED
    assert host.calls.count("GET /fine_tuning/jobs") < 3


async def test_the_sweeps_go_on_when_the_database_was_away(house):
    await house.asked()
    house.started.clear()
    stop = asyncio.Event()

    async def begun(*_):
        stop.set()

    away = Store(house.job_store, "starting", DatabaseUnavailable())
    launch = replace(house.launch, jobs=away, start_durable=begun, sweep_seconds=0.01)

    await launch.run(stop)

    assert stop.is_set()
