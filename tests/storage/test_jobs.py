import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from storage.changes import ChangeStore
from storage.datasets import DatasetStore
from storage.jobs import JobStore
from storage.rows import ChangeKind, JobStatus, NewChange, Place


@pytest.fixture
def store(database) -> JobStore:
    return JobStore(database)


@pytest.fixture
def changes(database) -> ChangeStore:
    return ChangeStore(database)


@pytest.fixture
def running(a_job, now):
    return a_job(
        status=JobStatus.RUNNING,
        provider_job_id="ftjob-1",
        training_file_id="file-1",
        status_since=now,
        last_heard_at=now,
        hyperparameters={"n_epochs": 3},
        step=4,
        total_steps=12,
        training_loss=1.25,
    )


@pytest.fixture
def succeeded(running, now):
    return replace(
        running,
        status=JobStatus.SUCCEEDED,
        fine_tuned_model="ft:smollm2-135m:marv",
        trained_tokens=12_345,
        finished_at=now,
        comparison={"questions": []},
    )


async def test_what_is_stored_comes_back_unchanged_to_the_cent(store, tenant, a_job):
    job = a_job(estimated_usd=Decimal("0.10000000000000000001"))

    assert await store.add(job) == job
    assert await store.get(tenant, "job_1") == job


async def test_the_same_job_twice_is_the_one_stored_first(store, tenant, a_job):
    await store.add(a_job(owner_id="U1"))

    assert await store.add(a_job(owner_id="U2")) == a_job(owner_id="U1")
    assert await store.recent(tenant) == [a_job(owner_id="U1")]


async def test_jobs_started_together_all_get_names_of_their_own(store, a_job):
    added = await asyncio.gather(*(store.add(a_job(f"job_{n}")) for n in range(8)))

    assert len({job.name for job in added}) == 8


@pytest.mark.parametrize("typed", ["job_1", "ftjob-1", "marv", "MARV"])
async def test_a_job_is_found_by_either_id_or_its_name(store, tenant, running, typed):
    await store.add(running)

    assert await store.find(tenant, typed) == running


async def test_nothing_typed_is_no_job(store, tenant, a_job):
    await store.add(a_job(provider_job_id=""))

    assert await store.find(tenant, "  ") is None


async def test_starting_jobs_are_those_that_no_provider_knows_yet(store, a_job, other_tenant):
    await store.add(a_job())
    await store.add(a_job("job_2", tenant=other_tenant))
    await store.add(a_job("job_3", status=JobStatus.QUEUED, provider_job_id="ftjob-3"))
    await store.add(a_job("job_4", status=JobStatus.FAILED))

    assert {job.id for job in await store.starting()} == {"job_1", "job_2"}


async def test_live_jobs_are_those_of_all_teams_that_a_provider_knows(
    store, tenant, other_tenant, a_job, running, succeeded
):
    await store.add(running)
    await store.add(replace(running, id="job_2", tenant=other_tenant))
    await store.add(replace(succeeded, id="job_3", name="done"))
    await store.add(a_job("job_4", name="starting"))

    assert {(job.tenant, job.id) for job in await store.live()} == {(tenant, "job_1"), (other_tenant, "job_2")}


async def test_the_job_of_a_thread_is_its_newest(store, tenant, a_job, now):
    await store.add(a_job("job_1", name="first"))
    newest = await store.add(a_job("job_2", name="second", created_at=now + timedelta(minutes=1)))
    await store.add(a_job("job_3", name="elsewhere", place=Place("C1", "1.1")))

    assert await store.in_thread(tenant, newest.place) == newest


async def test_advancing_writes_state_events_and_changes_together(store, changes, tenant, a_job, running, an_event):
    await store.add(a_job())

    new = await store.advance(
        running, [an_event("e1"), an_event("e2")], [NewChange(ChangeKind.MILESTONE, "job:job_1:running", {"n": 1})]
    )

    assert new == [an_event("e1"), an_event("e2")]
    assert await store.get(tenant, "job_1") == running
    [change] = await changes.waiting()
    assert (change.subject, change.key, change.parameters) == ("job:job_1", "job:job_1:running", {"n": 1})


async def test_when_a_part_of_advancing_fails_nothing_of_it_is_written(
    store, changes, tenant, a_job, running, an_event
):
    await store.add(a_job())
    broken = an_event("e1", data={"unwritable": object()})

    with pytest.raises(Exception, match="not JSON serializable"):
        await store.advance(running, [broken], [NewChange(ChangeKind.CARD, "job:job_1:card")])

    assert await store.get(tenant, "job_1") == a_job()
    assert await store.events(tenant, "job_1") == []
    assert await changes.waiting() == []


async def test_each_event_is_stored_once_and_told_as_new_once(store, tenant, a_job, an_event):
    await store.add(a_job())

    first = await store.advance(a_job(), [an_event("e1"), an_event("e1"), an_event("e2")])
    second = await store.advance(a_job(), [an_event("e2"), an_event("e3")])

    assert [event.event_id for event in first] == ["e1", "e2"]
    assert [event.event_id for event in second] == ["e3"]
    assert [event.event_id for event in await store.events(tenant, "job_1")] == ["e1", "e2", "e3"]


async def test_two_followers_at_once_tell_each_event_as_new_only_once(store, tenant, a_job, an_event):
    await store.add(a_job())
    events = [an_event(f"e{n}") for n in range(20)]

    told = await asyncio.gather(*(store.advance(a_job(), events) for _ in range(4)))

    assert sorted(len(new) for new in told) == [0, 0, 0, 20]
    assert len(await store.events(tenant, "job_1")) == 20


async def test_events_are_the_newest_in_the_order_of_their_time(store, tenant, a_job, an_event, now):
    await store.add(a_job())
    late = [an_event(f"e{n}", created_at=now + timedelta(seconds=n)) for n in (3, 2)]
    early = [an_event(f"e{n}", created_at=now + timedelta(seconds=n)) for n in (1, 0)]
    await store.advance(a_job(), [*late, *early])

    assert [event.event_id for event in await store.events(tenant, "job_1", limit=3)] == ["e1", "e2", "e3"]


async def test_events_of_the_same_second_keep_the_provider_s_order(store, tenant, a_job, an_event):
    await store.add(a_job())
    await store.advance(a_job(), [an_event(f"e{n}") for n in (5, 1, 3)])

    assert [event.event_id for event in await store.events(tenant, "job_1")] == ["e5", "e1", "e3"]


async def test_metrics_are_all_the_steps_and_nothing_else(store, tenant, a_job, an_event):
    await store.add(a_job())
    steps = [an_event(f"s{n}", type="metrics", data={"step": n, "train_loss": 1.5}) for n in range(120)]
    await store.advance(a_job(), [an_event("e1"), *steps])

    assert await store.metrics(tenant, "job_1") == steps


async def test_a_milestone_is_told_once_however_often_it_is_written(store, changes, a_job):
    await store.add(a_job())
    milestone = NewChange(ChangeKind.MILESTONE, "job:job_1:running")
    await store.advance(a_job(), changes=[milestone])
    [change] = await changes.waiting()
    await changes.done(change)

    await store.advance(a_job(), changes=[milestone])

    assert await changes.waiting() == []


async def test_a_card_is_one_change_that_is_marked_again(store, changes, a_job):
    await store.add(a_job())
    for step in (1, 2):
        await store.advance(a_job(), changes=[NewChange(ChangeKind.CARD, "job:job_1:card", {"step": step})])

    [change] = await changes.waiting()
    assert (change.parameters, change.revision) == ({"step": 2}, 2)
    await changes.done(change)
    assert await changes.waiting() == []


async def test_a_card_marked_again_while_it_is_handled_stays_waiting(store, changes, a_job):
    await store.add(a_job())
    card = NewChange(ChangeKind.CARD, "job:job_1:card")
    await store.advance(a_job(), changes=[card])
    [older] = await changes.waiting()
    await store.advance(a_job(), changes=[card])

    await changes.done(older)

    assert [change.revision for change in await changes.waiting()] == [2]


async def test_a_job_never_comes_back_from_its_end(store, tenant, a_job, running, succeeded):
    await store.add(a_job())
    await store.advance(succeeded)

    await store.advance(running)

    assert await store.get(tenant, "job_1") == succeeded


async def test_what_a_stale_writer_does_not_know_is_not_emptied(store, tenant, a_job, succeeded):
    await store.add(a_job())
    await store.advance(succeeded)

    await store.advance(replace(succeeded, fine_tuned_model="", trained_tokens=None, comparison=None))

    assert await store.get(tenant, "job_1") == succeeded


async def test_a_wish_to_cancel_is_kept_though_the_follower_knew_nothing_of_it(store, tenant, a_job, running):
    await store.add(a_job())
    asked = await store.request_cancel(tenant, "job_1")
    assert asked == a_job(is_cancel_requested=True)

    await store.advance(running)

    assert await store.get(tenant, "job_1") == replace(running, is_cancel_requested=True)


async def test_another_team_sees_nothing_and_cancels_nothing(store, tenant, other_tenant, running, an_event):
    await store.add(running)
    await store.advance(running, [an_event(), an_event("m1", type="metrics")])

    assert await store.get(other_tenant, "job_1") is None
    for typed in ("job_1", "ftjob-1", "marv"):
        assert await store.find(other_tenant, typed) is None
    assert await store.recent(other_tenant) == []
    assert await store.events(other_tenant, "job_1") == []
    assert await store.metrics(other_tenant, "job_1") == []
    assert await store.in_thread(other_tenant, running.place) is None
    assert await store.request_cancel(other_tenant, "job_1") is None
    assert await store.get(tenant, "job_1") == running


async def test_two_teams_milestones_of_the_same_key_are_two(store, changes, tenant, other_tenant, a_job):
    for whose in (tenant, other_tenant):
        await store.add(a_job(tenant=whose))
        await store.advance(a_job(tenant=whose), changes=[NewChange(ChangeKind.MILESTONE, "job:job_1:running")])

    assert [change.tenant for change in await changes.waiting()] == [tenant, other_tenant]


async def test_a_job_and_another_dataset_never_bear_the_same_numbered_name(
    database, store, a_job, a_dataset, a_version
):
    datasets = DatasetStore(database)
    first = await datasets.add(a_dataset(), a_version())
    named = [first.name, (await store.add(a_job("job_1"))).name]
    second = await datasets.add(a_dataset("ds_2"), a_version("dv_2", "ds_2"))
    named += [second.name, (await store.add(a_job("job_2"))).name]
    third = await datasets.add(a_dataset("ds_3"), a_version("dv_3", "ds_3"))

    assert [*named, third.name] == ["marv", "marv", "marv-2", "marv-3", "marv-4"]
