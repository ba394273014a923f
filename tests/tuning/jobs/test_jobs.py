"""Finding a team's jobs and cancelling them: whose they are, and what is shown of them."""

from dataclasses import replace

import pytest

from storage.rows import Tenant
from tuning.access import Actor
from tuning.errors import JobNotFound, ModelForeign, NotAllowed
from tuning.jobs.drafts import StartDraft


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
