"""A provider that answers, but not what was wanted: each way is said on the card, and none stops the following."""

from dataclasses import replace

import pytest

from storage.changes import ChangeStore
from storage.rows import JobStatus
from tuning.errors import InvalidRequest

CREATE = "POST /fine_tuning/jobs"
CANCEL = "POST /fine_tuning/jobs/{id}/cancel"
RETRIEVE = "GET /fine_tuning/jobs/{id}"


async def stored(house):
    return await house.job_store.get(house.tenant, "job_1")


async def is_card_waiting(tables):
    return "job:job_1:card" in [change.key for change in await ChangeStore(tables).waiting()]


async def settle_changes(tables):
    changes = ChangeStore(tables)
    for change in await changes.waiting():
        await changes.done(change)


@pytest.mark.parametrize("fault", ["conflict", "server fault", "web page", "no such call"])
async def test_a_cancel_that_fails_in_any_way_does_not_stop_the_following(house, host, answers, fault):
    scripted = {
        "conflict": answers.refusal(409),
        "server fault": answers.refusal(500),
        "web page": answers.html,
        "no such call": answers.refusal(404),
    }
    job = await house.running()
    await house.job_store.request_cancel(house.tenant, job.id)
    host.then(CANCEL, *[scripted[fault]] * 100)
    host.job(job.provider_job_id).update(status="succeeded", fine_tuned_model="ft:smol:us:marv:1")

    await house.follower().sweep()

    assert (await stored(house)).status is JobStatus.SUCCEEDED


async def test_a_cancel_that_was_passed_on_is_repeated_once_a_minute_and_not_at_every_look(house, host, answers):
    job = await house.running()
    await house.job_store.request_cancel(house.tenant, job.id)
    host.then(CANCEL, *[answers.refusal(409)] * 100)
    follower = house.follower()

    for _ in range(13):
        await follower.sweep()
        house.later(5)

    assert (host.calls.count(RETRIEVE), host.calls.count(CANCEL)) == (13, 2)


async def test_a_revoked_key_is_said_at_once_and_forgotten_when_it_works_again(house, host, answers, tables):
    await house.running()
    await settle_changes(tables)
    host.then(RETRIEVE, answers.refusal(401))
    follower = house.follower()

    await follower.sweep()

    assert (await stored(house)).error_code == "provider_authentication"
    assert await is_card_waiting(tables)
    house.later(5)
    await follower.sweep()
    assert ((await stored(house)).error_code, (await stored(house)).status) == ("", JobStatus.QUEUED)


async def test_a_job_that_the_provider_does_not_know_for_half_an_hour_has_ended(house, host, answers):
    await house.running()
    host.then(RETRIEVE, *[answers.refusal(404)] * 3)
    follower = house.follower()

    await follower.sweep()
    house.later(1_700)
    await follower.sweep()
    waiting = await stored(house)
    house.later(100)
    await follower.sweep()

    assert (waiting.status, waiting.error_code) == (JobStatus.QUEUED, "provider_missing")
    ended = await stored(house)
    assert (ended.status, ended.error_code) == (JobStatus.FAILED, "job_gone")


async def test_a_passing_404_ends_nothing(house, host, answers):
    await house.running()
    host.then(RETRIEVE, answers.refusal(404))
    follower = house.follower()
    await follower.sweep()
    house.later(5)
    await follower.sweep()
    host.then(RETRIEVE, answers.refusal(404))
    house.later(3_600)

    await follower.sweep()

    assert (await stored(house)).status is JobStatus.QUEUED


@pytest.mark.parametrize(
    ("call", "code"), [("POST /files", "provider_unavailable"), (CREATE, "provider_busy")], ids=["upload", "create"]
)
async def test_a_wait_at_the_start_is_said_on_the_card(house, host, answers, tables, call, code):
    host.then(call, answers.refusal(429 if code == "provider_busy" else 503))
    await house.asked()
    await settle_changes(tables)
    seen = []

    async def look(seconds):
        if seconds and not seen:
            seen.append(((await stored(house)).error_code, await is_card_waiting(tables)))

    house.steps = replace(house.steps, pause=look, uploads=replace(house.steps.uploads, pause=look))
    await house.run_start()

    assert seen == [(code, True)]
    assert (await stored(house)).error_code == ""


async def test_a_job_cancelled_while_its_upload_waits_is_given_up(house, host, answers):
    host.then("POST /files", *[answers.refusal(503)] * 10)
    await house.asked()

    async def cancel(seconds):
        await house.job_store.request_cancel(house.tenant, "job_1")

    house.steps = replace(house.steps, uploads=replace(house.steps.uploads, pause=cancel))

    _, job = await house.run_start()

    assert job.status is JobStatus.CANCELLED
    assert host.calls.count("POST /files") == 2


async def test_a_provider_that_refuses_the_organisation_gets_no_second_file_for_a_day(house, host, answers):
    host.then(CREATE, answers.refusal(403, "training_not_available"))
    draft = await house.draft()
    await house.jobs.start(house.viewer, job_id="job_1", draft=draft)
    await house.run_start()

    with pytest.raises(InvalidRequest) as caught:
        await house.jobs.start(house.viewer, job_id="job_2", draft=draft)
    house.later(86_401)

    assert [finding.code for finding in caught.value.findings] == ["H009"]
    assert host.calls.count("POST /files") == 1
    assert (await house.jobs.start(house.viewer, job_id="job_3", draft=draft)).id == "job_3"
