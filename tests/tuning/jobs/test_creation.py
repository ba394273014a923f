"""A job is created at its provider once, whatever breaks: this is what costs money."""

from dataclasses import asdict, replace
from itertools import groupby

import pytest

from storage.errors import DatabaseUnavailable
from storage.rows import JobStatus

CREATE = "POST /fine_tuning/jobs"
LIST = "GET /fine_tuning/jobs"
FIVE_MINUTES = 300


def creations(host):
    return host.calls.count(CREATE)


@pytest.mark.parametrize("fault", ["server fault", "cut connection", "no answer", "conflict", "web page"])
async def test_a_job_that_was_created_although_the_answer_was_lost_is_found_and_not_created_again(
    house, host, answers, fault
):
    scripted = {
        "server fault": answers.refusal(500),
        "cut connection": answers.cut,
        "no answer": answers.hang,
        "conflict": answers.refusal(409),
        "web page": answers.html,
    }
    host.then(CREATE, scripted[fault], is_done_first=True)
    host.ignores.add("filter")
    host.jobs = [{"id": "ftjob-foreign", "training_file": "file-1", "metadata": {}}]
    await house.asked()

    _, job = await house.run_start()

    assert creations(host) == 1
    assert job.provider_job_id == host.jobs[1]["id"] != "ftjob-foreign"


async def test_a_job_that_appears_late_in_the_list_is_waited_for(house, host, answers):
    host.then(CREATE, answers.refusal(500), is_done_first=True)
    host.ignores.add("jobs")
    await house.asked()
    house.on_pause = lambda: host.ignores.discard("jobs") if house.pauses[-1] == 8 else None

    _, job = await house.run_start()

    assert creations(host) == 1
    assert job.provider_job_id == host.jobs[0]["id"]


@pytest.mark.parametrize("takes_seconds", [75, 280])
async def test_a_create_that_takes_longer_than_our_patience_is_found_and_not_created_again(
    house, host, answers, takes_seconds
):
    host.then(CREATE, answers.hang, is_done_first=True)
    host.ignores.add("jobs")
    await house.asked()
    house.on_pause = lambda: host.ignores.discard("jobs") if sum(house.pauses) >= takes_seconds else None

    _, job = await house.run_start()

    assert creations(host) == 1
    assert job.provider_job_id == host.jobs[0]["id"]


async def test_a_create_that_failed_without_effect_is_repeated_after_looking(house, host, answers):
    host.then(CREATE, answers.refusal(500), answers.refusal(503))
    await house.asked()

    _, job = await house.run_start()

    assert job.status is JobStatus.QUEUED
    calls = [call for call in host.calls if call in {CREATE, LIST}]
    assert [call for call, _ in groupby(calls)] == [LIST, CREATE] * 3
    assert sum(house.pauses) == 2 * FIVE_MINUTES


async def test_a_create_is_tried_three_times_at_most(house, host, answers):
    host.then(CREATE, *[answers.refusal(500)] * 5)
    await house.asked()

    outcome, job = await house.run_start()

    assert (outcome["code"], creations(host)) == ("provider_unavailable", 3)
    assert job.status is JobStatus.FAILED


async def test_a_busy_provider_is_asked_again_when_it_said(house, host, answers):
    host.then(CREATE, *[answers.refusal(429, headers={"retry-after": "17"})] * 4)
    await house.asked()

    _, job = await house.run_start()

    assert job.status is JobStatus.QUEUED
    assert [seconds for seconds in house.pauses if seconds] == [17, 17, 17, 17]


class Crash(BaseException):
    """The process dies."""


class Dying:
    """A store or gateway whose process dies at a call, before or after it was made."""

    def __init__(self, real, call, *, is_done_first=False, is_meant=lambda *_: True):
        self.real, self.call, self.is_done_first, self.is_meant = real, call, is_done_first, is_meant

    def __getattr__(self, name):
        return self._die if name == self.call else getattr(self.real, name)

    async def _die(self, *arguments, **named):
        if not self.is_meant(*arguments):
            return await getattr(self.real, self.call)(*arguments, **named)
        if self.is_done_first:
            await getattr(self.real, self.call)(*arguments, **named)
        raise Crash


async def crashed(house, store):
    """Start a job up to a crash in one of its store's calls; what is left is what a restart finds."""
    await house.asked()
    tenant = asdict(house.tenant)
    await house.steps.upload(tenant, "job_1")
    with pytest.raises(Crash):
        await replace(house.steps, jobs=store).create(tenant, "job_1")
    house.pauses.clear()
    return tenant


async def test_a_crash_after_the_create_looks_for_the_job_until_the_list_shows_it(house, host):
    foreign = {"id": "ftjob-foreign", "training_file": "file-1", "metadata": {}}
    host.jobs = [foreign]
    noting_the_job = Dying(house.job_store, "advance", is_meant=lambda job, *_: job.provider_job_id)
    tenant = await crashed(house, noting_the_job)
    assert (await house.job_store.get(house.tenant, "job_1")).provider_job_id == ""

    host.ignores.add("jobs")
    house.on_pause = lambda: host.ignores.discard("jobs") if house.pauses[-1] == 120 else None
    await house.steps.create(tenant, "job_1")

    assert creations(host) == 1
    assert (await house.job_store.get(house.tenant, "job_1")).provider_job_id == host.jobs[1]["id"]


async def test_a_crash_before_the_request_could_be_sent_costs_no_waiting(house, host):
    tenant = await crashed(house, Dying(house.job_store, "note"))

    await house.steps.create(tenant, "job_1")

    assert (creations(host), sum(house.pauses)) == (1, 0)


@pytest.mark.parametrize(("down_seconds", "waited_seconds"), [(0, 300), (100, 200), (299, 1), (3600, 0)])
async def test_a_crash_when_the_request_may_have_been_sent_waits_for_what_is_left_of_five_minutes(
    house, host, down_seconds, waited_seconds
):
    tenant = await crashed(house, Dying(house.job_store, "note", is_done_first=True))
    house.later(down_seconds)

    await house.steps.create(tenant, "job_1")

    assert (creations(host), sum(house.pauses)) == (1, waited_seconds)


async def test_a_second_crash_while_looking_does_not_begin_the_five_minutes_anew(house, host):
    tenant = await crashed(house, Dying(house.job_store, "note", is_done_first=True))

    def die_late():
        if sum(house.pauses) >= 120:
            raise Crash

    house.on_pause = die_late
    with pytest.raises(Crash):
        await house.steps.create(tenant, "job_1")
    house.on_pause = lambda: None
    await house.steps.create(tenant, "job_1")

    assert (creations(host), sum(house.pauses)) == (1, FIVE_MINUTES)


async def test_a_crash_while_a_busy_provider_is_waited_for_costs_no_looking(house, host, answers):
    host.then(CREATE, answers.refusal(429, headers={"retry-after": "17"}))

    def die():
        if host.calls.count(CREATE):
            raise Crash

    await house.asked()
    tenant = asdict(house.tenant)
    await house.steps.upload(tenant, "job_1")
    house.on_pause = die
    with pytest.raises(Crash):
        await house.steps.create(tenant, "job_1")
    house.on_pause = lambda: None
    house.pauses.clear()

    await house.steps.create(tenant, "job_1")

    assert (len(host.jobs), sum(house.pauses)) == (1, 0)


async def test_a_database_that_is_away_is_waited_for_and_no_job_is_created_twice(house, host):
    await house.asked()

    class AwayOnce:
        """Goes away at the moment at which the created job would be noted, once."""

        was_away = False

        def __getattr__(self, name):
            return getattr(house.job_store, name)

        async def advance(self, job, *arguments, **changes):
            if job.provider_job_id and not self.was_away:
                self.was_away = True
                raise DatabaseUnavailable
            return await house.job_store.advance(job, *arguments, **changes)

    house.steps = replace(house.steps, jobs=AwayOnce())

    _, job = await house.run_start()

    assert creations(host) == 1
    assert job.provider_job_id == host.jobs[0]["id"]


async def test_a_provider_that_vanishes_after_it_was_asked_leaves_a_warning(house, host, answers):
    host.then(CREATE, answers.refusal(500), is_done_first=True)
    await house.asked()
    house.on_pause = lambda: host.jobs and host.then(LIST, answers.refusal(503))

    outcome, job = await house.run_start()

    assert outcome["code"] == "start_unknown"
    assert "tunesmith_job = job_1" in job.error_message
    assert creations(host) == 1
