"""Pausing a job and letting it go on."""

from dataclasses import replace

import pytest

from storage.rows import JobStatus
from tuning.access import Actor
from tuning.errors import CannotPause, NotAllowed, ProviderRefused
from tuning.jobs.pausing import Pausing
from tuning.providers.profiles import UNSLOTH


async def test_a_job_waits_and_goes_on_at_its_owner_s_word(house, host):
    job = await house.running()
    pausing = Pausing(house.jobs)

    with pytest.raises(NotAllowed):
        await pausing.pause(replace(house.viewer, actor=Actor("U2")), job.id)
    paused = await pausing.pause(house.viewer, job.id)
    resumed = await pausing.resume(house.viewer, job.id)

    assert (paused.status, resumed.status) == (JobStatus.PAUSED, JobStatus.QUEUED)
    assert (await house.job_store.get(house.tenant, job.id)).status is JobStatus.QUEUED


async def test_a_provider_s_refusal_to_pause_is_told_and_changes_nothing(house, host, answers):
    job = await house.running()
    host.then("POST /fine_tuning/jobs/{id}/pause", answers.refusal(400, message="Only running jobs."))

    with pytest.raises(ProviderRefused, match="Only running jobs"):
        await Pausing(house.jobs).pause(house.viewer, job.id)

    assert (await house.job_store.get(house.tenant, job.id)).status is JobStatus.QUEUED


async def test_a_host_that_pauses_nothing_is_not_asked(house_of, connect, host):
    house = house_of(connect(UNSLOTH))
    job = await house.running()

    with pytest.raises(CannotPause):
        await Pausing(house.jobs).pause(house.viewer, job.id)

    assert not any("pause" in call for call in host.calls)
