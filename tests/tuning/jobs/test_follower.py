import asyncio

import pytest

from storage.changes import ChangeStore
from storage.rows import JobStatus
from tuning.errors import JobOver

RETRIEVE = "GET /fine_tuning/jobs/{id}"
EVENTS = "GET /fine_tuning/jobs/{id}/events"


def add_steps(host, job, steps, total=10):
    for step in steps:
        host.events[job.provider_job_id].append(
            {
                "id": f"e{step}",
                "created_at": 1_790_000_000 + step,
                "level": "info",
                "type": "metrics",
                "message": f"Step {step}/{total}: training loss={3 - step / 10:.2f}",
                "data": {"step": step, "total_steps": total, "train_loss": 3 - step / 10},
            }
        )


def finish(host, job, **fields):
    finished = {"status": "succeeded", "fine_tuned_model": "ft:smol:us:marv:1", "trained_tokens": 1234}
    host.job(job.provider_job_id).update(finished | fields)


async def stored(house, job_id="job_1"):
    return await house.job_store.get(house.tenant, job_id)


async def milestones(tables):
    return [change.key for change in await ChangeStore(tables).waiting() if change.kind == "milestone"]


async def test_progress_is_written_with_its_events_and_wakes_the_outbox(house, host, tables):
    job = await house.running()
    host.job(job.provider_job_id)["status"] = "running"
    add_steps(host, job, range(1, 4))
    woken = house.woken

    assert await house.follower().sweep() == 1

    now = await stored(house)
    assert (now.status, now.step, now.total_steps, now.training_loss) == (JobStatus.RUNNING, 3, 10, 2.7)
    assert now.last_heard_at == house.now
    assert [event.event_id for event in await house.job_store.metrics(house.tenant, job.id)] == ["e1", "e2", "e3"]
    assert await milestones(tables) == ["job:job_1:running"]
    assert house.woken == woken + 1


async def test_the_pace_of_the_steps_says_when_the_job_will_be_done(house, host):
    job = await house.running()
    host.job(job.provider_job_id)["status"] = "running"
    follower = house.follower()
    await follower.sweep()
    house.later(60)
    add_steps(host, job, range(1, 4), total=10)

    await follower.sweep()

    assert ((await stored(house)).estimated_finish_at - house.now).total_seconds() == 140


async def test_nothing_is_lost_or_repeated_when_we_die_between_fetching_and_writing(house, host):
    job = await house.running()
    host.job(job.provider_job_id)["status"] = "running"
    add_steps(host, job, range(1, 4))

    class FailingOnce:
        has_failed = False

        def __getattr__(self, name):
            return getattr(house.job_store, name)

        async def advance(self, *arguments):
            if not self.has_failed:
                self.has_failed = True
                raise ConnectionError
            return await house.job_store.advance(*arguments)

    follower = house.follower(FailingOnce())
    await follower.sweep()
    assert await house.job_store.metrics(house.tenant, job.id) == []
    add_steps(host, job, range(4, 6))
    house.later(2)
    await follower.sweep()
    house.later(2)
    await follower.sweep()

    events = await house.job_store.metrics(house.tenant, job.id)
    assert [event.event_id for event in events] == ["e1", "e2", "e3", "e4", "e5"]


async def test_the_end_writes_status_bill_model_and_milestone_and_starts_the_comparison(house, host, tables):
    job = await house.running()
    add_steps(host, job, range(1, 11))
    finish(host, job)

    await house.follower().sweep()

    ended = await stored(house)
    assert (ended.status, ended.fine_tuned_model, ended.trained_tokens) == (
        JobStatus.SUCCEEDED,
        "ft:smol:us:marv:1",
        1234,
    )
    assert ended.finished_at == house.now
    model = await house.models.find(house.viewer, "marv")
    assert (model.id, model.system_prompt) == (
        "ft:smol:us:marv:1",
        "Marv is a factual chatbot that is also sarcastic.",
    )
    assert house.started[-1][:2] == ("compare", "compare:job_1")
    assert "job:job_1:succeeded" in await milestones(tables)


async def test_an_ended_job_is_not_asked_about_any_more(house, host):
    job = await house.running()
    finish(host, job)
    follower = house.follower()
    await follower.sweep()
    house.later(60)

    assert await follower.sweep() == 0


async def test_a_success_without_a_model_name_ends_the_job_and_compares_nothing(house, host):
    job = await house.running()
    finish(host, job, fine_tuned_model=None)

    await house.follower().sweep()

    assert (await stored(house)).status is JobStatus.SUCCEEDED
    assert [started[0] for started in house.started] == ["start_job"]
    assert await house.models.recent(house.viewer) == []


async def test_a_failure_keeps_the_providers_reason(house, host, tables):
    job = await house.running()
    error = {"code": "unsafe_file", "message": "Too many examples were flagged.", "param": None}
    host.job(job.provider_job_id).update(status="failed", error=error)

    await house.follower().sweep()

    ended = await stored(house)
    assert (ended.status, ended.error_code, ended.error_message) == (
        JobStatus.FAILED,
        "unsafe_file",
        "Too many examples were flagged.",
    )
    assert "job:job_1:failed" in await milestones(tables)


async def test_a_status_nobody_knows_is_shown_and_followed_on(house, host):
    job = await house.running()
    host.job(job.provider_job_id)["status"] = "evaluating"
    follower = house.follower()
    await follower.sweep()
    assert (await stored(house)).status is JobStatus.UNKNOWN
    finish(host, job)
    house.later(5)

    await follower.sweep()

    assert (await stored(house)).status is JobStatus.SUCCEEDED


async def test_one_broken_job_does_not_stop_the_others(house, host, answers):
    await house.running()
    await house.asked("job_2")
    await house.run_start("job_2")
    for row in host.jobs:
        row["status"] = "running"
    host.then(RETRIEVE, answers.html)

    assert await house.follower().sweep() == 2

    statuses = [(await stored(house, job_id)).status for job_id in ("job_1", "job_2")]
    assert sorted(statuses) == [JobStatus.QUEUED, JobStatus.RUNNING]


async def test_a_silent_provider_is_said_on_the_card_after_one_minute_and_after_five_and_its_return_too(
    house, host, answers, tables
):
    await house.running()
    changes, follower = ChangeStore(tables), house.follower()

    async def cards_after(seconds):
        for change in await changes.waiting():
            await changes.done(change)
        house.later(seconds)
        await follower.sweep()
        return [change.key for change in await changes.waiting()]

    heard_at = (await stored(house)).last_heard_at
    host.then(RETRIEVE, *[answers.refusal(503)] * 6)

    assert await cards_after(2) == []
    assert await cards_after(57) == []
    assert await cards_after(2) == ["job:job_1:card"]
    assert await cards_after(120) == []
    assert await cards_after(120) == ["job:job_1:card"]
    assert await cards_after(120) == []
    assert (await stored(house)).last_heard_at == heard_at
    assert await cards_after(61) == ["job:job_1:card"]
    assert (await stored(house)).last_heard_at == house.now


async def test_a_busy_provider_is_left_alone_for_as_long_as_it_asked(house, host, answers):
    await house.running()
    follower = house.follower()
    host.then(RETRIEVE, answers.refusal(429, headers={"retry-after": "30"}))
    await follower.sweep()

    house.later(29)
    assert await follower.sweep() == 0
    house.later(1)
    assert await follower.sweep() == 1


async def test_a_wish_to_cancel_reaches_the_provider_however_long_it_was_away(house, host, answers):
    job = await house.running()
    await house.jobs.cancel(house.viewer, "marv")
    host.then("POST /fine_tuning/jobs/{id}/cancel", answers.refusal(503))
    follower = house.follower()
    await follower.sweep()
    assert host.job(job.provider_job_id)["status"] == "queued"
    house.later(60)

    await follower.sweep()

    assert (await stored(house)).status is JobStatus.CANCELLED


async def test_a_job_that_ends_before_it_can_be_cancelled_ends_as_it_ended(house, host, answers):
    job = await house.running()
    await house.jobs.cancel(house.viewer, job.provider_job_id)
    host.then("POST /fine_tuning/jobs/{id}/cancel", answers.refusal(400, "already_over"))
    finish(host, job)

    await house.follower().sweep()

    assert (await stored(house)).status is JobStatus.SUCCEEDED
    with pytest.raises(JobOver):
        await house.jobs.cancel(house.viewer, "marv")


async def test_a_second_follower_leaves_the_work_to_the_first(house, host):
    await house.running()
    assert await house.leases.acquire("follower", "another process", 60) is not None
    stop, calls = asyncio.Event(), len(host.calls)

    follower = house.follower()

    class WatchedLease:
        release = follower.lease.release
        is_really_held = follower.lease.is_held

        async def is_held(self):
            is_held = await self.is_really_held()
            stop.set()
            return is_held

    follower.lease = WatchedLease()

    await follower.run(stop)

    assert len(host.calls) == calls


async def test_the_loop_sweeps_until_it_is_stopped_and_gives_its_lease_back(house, host):
    job = await house.running()
    finish(host, job)
    stop = asyncio.Event()

    async def end(name, workflow_id, *arguments):
        stop.set()

    follower = house.follower()
    follower.start_durable = end

    await follower.run(stop)

    assert (await stored(house)).status is JobStatus.SUCCEEDED
    assert await house.leases.held("follower") == set()
