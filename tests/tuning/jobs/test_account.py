"""What an administrator sees of a provider account, and takes into the team."""

import asyncio
from dataclasses import replace

import pytest

from storage.rows import JobStatus, Place, Tenant
from tests.tuning.providers.test_events import event
from tuning.access import Actor
from tuning.ends import Source
from tuning.errors import AdminsOnly, JobNotFound, ModelNotFound, NotBeforeOthers
from tuning.jobs.account import PAGE_ROWS, Account

TUNED = "ft:smol:us:tone:abc123def"
FOREIGN = {
    "id": "ftjob-foreign",
    "model": "smol",
    "status": "succeeded",
    "fine_tuned_model": TUNED,
    "created_at": 1_795_000_000,
    "finished_at": 1_795_000_600,
    "trained_tokens": 900,
}


@pytest.fixture(name="account")
def _account(house):
    return Account(
        house.gateways, house.job_store, house.model_store, house.models, house.audits, house.clock, house.wake
    )


@pytest.fixture(name="admin")
def _admin(house):
    return replace(house.viewer, actor=Actor("U9", is_admin=True))


class Thread:
    """Makes a thread, and counts how often."""

    def __init__(self):
        self.made = 0

    async def __call__(self):
        self.made += 1
        return Place("C1", f"9.{self.made}")


async def test_a_hundred_and_twenty_foreign_jobs_are_turned_over_page_by_page(house, host, account, admin):
    host.jobs = [{"id": f"ftjob-{number:03}", "model": "smol", "status": "running"} for number in range(120)]
    seen, after, pages = [], "", 0
    while True:
        page = await account.list_jobs(admin, "", after)
        seen += [job.id for job, _ in page.rows]
        pages += 1
        if not page.next_after:
            break
        after = page.next_after

    assert seen == [f"ftjob-{number:03}" for number in reversed(range(120))]
    assert (pages, host.calls.count("GET /fine_tuning/jobs")) == (120 // PAGE_ROWS, 120 // PAGE_ROWS)


async def test_a_host_that_ignores_where_a_page_starts_ends_after_the_first(host, account, admin):
    host.ignores |= {"after", "has_more"}
    host.jobs = [{"id": f"ftjob-{number}"} for number in range(15)]

    first = await account.list_jobs(admin, "")

    assert first.next_after == "ftjob-0"
    assert (await account.list_jobs(admin, "", first.next_after)).rows == []


async def test_a_host_that_gives_all_its_jobs_every_time_is_turned_over_all_the_same(host, account, admin):
    host.ignores |= {"after", "limit"}
    host.jobs = [{"id": f"ftjob-{number:02}"} for number in range(40)]
    seen, after = [], ""
    while True:
        page = await account.list_jobs(admin, "", after)
        seen.append([job.id for job, _ in page.rows])
        if not page.next_after:
            break
        after = page.next_after

    assert [len(rows) for rows in seen] == [15, 15, 10]
    assert [job_id for rows in seen for job_id in rows] == [f"ftjob-{number:02}" for number in reversed(range(40))]


async def test_thirty_models_come_in_pages_each_with_its_end_and_its_source(house, host, account, admin):
    host.models = [{"id": "smol", "shutdown_date": "2027-01-14"}]
    host.models += [{"id": f"ft:smol:us::{number:02}", "created": 1_795_000_000 + number} for number in range(29)]
    host.models.append({"id": "ft:smol:us::late", "created": 1_799_000_000, "shutdown_date": "2026-12-24"})

    first, second = await account.list_models(admin, ""), await account.list_models(admin, "trainer", 1)

    assert (len(first.rows), len(second.rows), first.total, second.is_last) == (15, 15, 30, True)
    newest, second_newest = first.rows[0], first.rows[1]
    assert (newest[0].id, str(newest[2].on), newest[2].source) == ("ft:smol:us::late", "2026-12-24", Source.MODEL)
    assert (str(second_newest[2].on), second_newest[2].source) == ("2027-01-14", Source.BASE)


async def test_the_lists_are_for_administrators_alone(house, account, admin):
    for listing in (account.list_jobs, account.list_models):
        with pytest.raises(AdminsOnly):
            await listing(house.viewer, "")
        with pytest.raises(NotBeforeOthers):
            await listing(replace(admin, is_alone=False), "")
    for taking in (account.import_job, account.import_model):
        with pytest.raises(AdminsOnly):
            await taking(house.viewer, "trainer", "ftjob-foreign", Thread())


async def test_a_finished_foreign_job_is_taken_over_with_its_events_and_its_model(house, host, account, admin):
    host.jobs, host.events["ftjob-foreign"] = [dict(FOREIGN)], [event(1, 1, "created"), event(2, 2, "done")]
    thread = Thread()

    job = await account.import_job(admin, "trainer", "ftjob-foreign", thread)
    again = await account.import_job(admin, "trainer", "ftjob-foreign", thread)

    assert (job.status, job.trained_tokens, job.place) == (JobStatus.SUCCEEDED, 900, Place("C1", "9.1"))
    assert job.finished_at > job.started_at
    assert (again.id, thread.made) == (job.id, 1)
    [noted] = await house.audits.recent(house.tenant)
    assert (noted.actor_id, noted.action, noted.subject) == ("U9", "import", f"job:{job.id}")
    assert [one.message for one in await house.job_store.events(house.tenant, job.id)] == ["created", "done"]
    model = await house.models.in_thread(house.tenant, job.place)
    assert (model.id, model.base_model) == (TUNED, "smol")
    assert house.started == []


async def test_a_running_foreign_job_is_followed_to_its_end_and_its_model_is_not_compared(house, host, account, admin):
    host.jobs = [FOREIGN | {"status": "running", "fine_tuned_model": None}]
    job = await account.import_job(admin, "trainer", "ftjob-foreign", Thread())
    assert (job.status, await house.models.in_thread(house.tenant, job.place)) == (JobStatus.RUNNING, None)

    host.jobs[0] |= FOREIGN
    await house.follower().sweep()

    assert (await house.job_store.get(house.tenant, job.id)).status is JobStatus.SUCCEEDED
    assert (await house.models.in_thread(house.tenant, job.place)).id == TUNED
    assert house.started == []


async def test_a_foreign_model_can_be_asked(house, host, account, admin):
    host.models.append({"id": TUNED})
    thread = Thread()

    model = await account.import_model(admin, "trainer", TUNED, thread)

    assert (model.name, model.base_model) == ("tone-123def", "smol")
    assert await account.import_model(admin, "trainer", TUNED, thread) == model
    turn = await house.chat.ask(
        house.tenant, place=model.place, asked_by="U9", message_ts="9.5", question="Hi?", model=model
    )
    async with house.chat.answering(turn) as pieces:
        assert "".join([piece async for piece in pieces]) == "An answer."
    with pytest.raises(ModelNotFound):
        await account.import_model(admin, "trainer", "ft:smol:us:gone:1", thread)


async def test_what_another_team_follows_is_in_no_list(house, host, account, admin):
    host.jobs, host.models = [dict(FOREIGN)], [{"id": TUNED}]
    await account.import_job(replace(admin, tenant=Tenant("T2")), "trainer", "ftjob-foreign", Thread())

    assert (await account.list_jobs(admin, "")).rows == []
    assert (await account.list_models(admin, "")).rows == []
    with pytest.raises(JobNotFound):
        await account.import_job(admin, "trainer", "ftjob-foreign", Thread())
    with pytest.raises(ModelNotFound):
        await account.import_model(admin, "trainer", TUNED, Thread())


async def test_a_double_click_opens_one_thread(host, account, admin):
    host.jobs, host.models, thread = [dict(FOREIGN)], [{"id": "ft:smol:us:other:1"}], Thread()

    jobs = await asyncio.gather(
        *(account.import_job(admin, "trainer", "ftjob-foreign", thread) for _ in range(2)),
    )
    models = await asyncio.gather(
        *(account.import_model(admin, "trainer", "ft:smol:us:other:1", thread) for _ in range(2)),
    )

    assert (jobs[0].id, models[0].id, thread.made) == (jobs[1].id, models[1].id, 2)


async def test_a_model_that_the_team_has_deleted_is_not_taken_in_again(house, host, account, admin):
    host.models = [{"id": TUNED}]
    await account.import_model(admin, "trainer", TUNED, Thread())
    await house.models.delete(admin, TUNED)

    with pytest.raises(ModelNotFound):
        await account.import_model(admin, "trainer", TUNED, Thread())
