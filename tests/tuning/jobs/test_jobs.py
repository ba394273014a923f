"""Finding a team's jobs and cancelling them: whose they are, and what is shown of them."""

from dataclasses import replace

import pytest

from storage.rows import JobStatus, Tenant
from tuning.access import Actor
from tuning.errors import JobNotFound, ModelForeign, ModelNotFound, NotAllowed
from tuning.jobs.drafts import StartDraft
from tuning.models import model_of


async def test_only_the_owner_and_administrators_cancel(house):
    await house.running()

    with pytest.raises(NotAllowed, match="<@U1>"):
        await house.jobs.cancel(replace(house.viewer, actor=Actor("U2")), "marv")
    cancelled = await house.jobs.cancel(replace(house.viewer, actor=Actor("U2", is_admin=True)), "marv")

    assert cancelled.is_cancel_requested


async def test_a_job_of_another_team_does_not_exist(house):
    await house.running()

    with pytest.raises(JobNotFound):
        await house.jobs.status(replace(house.viewer, tenant=Tenant("T2")), "marv")


async def test_a_mistyped_name_is_answered_with_the_near_one(house):
    await house.running()

    with pytest.raises(JobNotFound, match="Did you mean marv") as caught:
        await house.jobs.status(house.viewer, "marvv")

    assert caught.value.near == ("marv",)


async def test_our_own_notes_are_not_shown_among_the_events(house, host):
    job = await house.running()
    host.events[job.provider_job_id].append({"id": "e1", "created_at": 1, "type": "message", "message": "Queued."})
    await house.follower().sweep()

    assert [event.event_id for event in await house.jobs.events(house.viewer, "marv")] == ["e1"]


async def test_a_model_is_trained_in_a_language_it_cannot_write_only_where_that_was_accepted(house):
    chinese = await house.dataset("support-zh.jsonl")
    draft = StartDraft(chinese.id, "trainer", "smollm2-135m")

    with pytest.raises(ModelForeign):
        await house.jobs.start(house.viewer, job_id="job_1", draft=draft)
    started = await house.jobs.start(house.viewer, job_id="job_1", draft=replace(draft, is_foreign_accepted=True))

    assert started.id == "job_1"


@pytest.mark.parametrize("forged", ["ft:smol:org:theirs:1", "their-deployment", "ft:smol:org:of-nobody-here:1"])
async def test_nobody_trains_on_a_model_of_another_team_whatever_a_form_sends(house, forged):
    job = await house.asked()
    theirs = replace(job, tenant=Tenant("T2"), id="job_2", status=JobStatus.SUCCEEDED)
    made = model_of(replace(theirs, fine_tuned_model="ft:smol:org:theirs:1"), None, house.now)
    await house.model_store.add(replace(made, served_as="their-deployment"))
    draft = await house.draft(base_model=forged)

    with pytest.raises(ModelNotFound):
        await house.jobs.start(house.viewer, job_id="job_3", draft=draft)

    assert await house.job_store.get(house.tenant, "job_3") is None


async def test_a_job_continues_only_from_a_model_that_its_provider_has(house):
    job = await house.asked()
    own = model_of(replace(job, fine_tuned_model="ft:smol:org:marv:1"), None, house.now)
    deleted = replace(own, id="ft:smol:org:marv:2", deleted_at=house.now)
    elsewhere = replace(own, id="ft:smol:org:marv:3", provider="openai")
    for model in (own, deleted, elsewhere):
        await house.model_store.add(model)
    draft = await house.draft(base_model=own.id)

    assert (await house.jobs.start(house.viewer, job_id="job_2", draft=draft)).id == "job_2"
    for model in (deleted, elsewhere):
        with pytest.raises(ModelNotFound):
            await house.jobs.start(house.viewer, job_id="job_3", draft=replace(draft, base_model=model.id))
