"""The rule by which datasets, jobs and models are shown."""

from dataclasses import replace

import pytest

from tests.tuning.house import House
from tuning.access import Actor, Viewer
from tuning.errors import DatasetNotFound, JobNotFound, NoJobYet, NotAMember

BO = Actor("U2")


async def _everywhere(channel_id):
    return True


async def _everybody(channel_id, user_id):
    return True


def _viewer(**choices):
    """Bo, asking elsewhere than where the owner's things live."""
    return replace(Viewer(House.tenant, BO, "C2", House.viewer.is_public), **choices)


@pytest.mark.parametrize(
    ("choices", "is_seen"),
    [
        pytest.param({}, False, id="somebody else elsewhere"),
        pytest.param({"channel_id": "C1"}, True, id="somebody in the same place"),
        pytest.param({"is_public": _everywhere}, True, id="everybody, of a public channel"),
        pytest.param({"has_member": _everybody}, True, id="a member of the channel elsewhere"),
        pytest.param({"has_member": _everybody, "is_alone": False}, False, id="a member where others read it"),
        pytest.param({"actor": House.owner}, True, id="the owner elsewhere"),
        pytest.param({"actor": replace(BO, is_admin=True)}, True, id="an administrator"),
        pytest.param({"actor": House.owner, "is_alone": False}, False, id="the owner where others read it"),
    ],
)
async def test_what_lives_in_a_private_place_is_shown_to(house, choices, is_seen):
    await house.running()
    viewer = _viewer(**choices)

    assert [
        bool(await things(viewer)) for things in (house.datasets.recent, house.datasets.ready, house.jobs.recent)
    ] == [is_seen] * 3


async def test_what_may_not_be_shown_is_not_named_either(house):
    await house.running()

    with pytest.raises(DatasetNotFound) as dataset:
        await house.datasets.find(_viewer(), "marv")
    with pytest.raises(JobNotFound) as job:
        await house.jobs.status(_viewer(), "marvv")
    with pytest.raises(NoJobYet):
        await house.jobs.in_thread_or_newest(_viewer(), replace(house.place, channel_id="C2"))
    assert (dataset.value.near, job.value.near) == ((), ())


async def test_nobody_starts_a_job_on_a_dataset_they_may_not_see(house):
    draft = await house.draft()

    with pytest.raises(DatasetNotFound):
        await house.jobs.start(_viewer(), job_id="job_1", draft=draft)
    with pytest.raises(DatasetNotFound):
        await house.jobs.quote(_viewer(), draft)
    assert await house.jobs.recent(house.viewer) == []


@pytest.mark.parametrize("actor", [Actor("U3", is_guest=True), Actor("U1", is_guest=True)], ids=["guest", "an owner"])
async def test_guests_and_outsiders_get_nothing(house, actor):
    await house.running()
    guest = replace(house.viewer, actor=actor, is_public=_everywhere)

    for asked in (house.jobs.recent, house.models.recent, house.datasets.recent, house.jobs.options):
        with pytest.raises(NotAMember):
            await asked(guest)
    with pytest.raises(NotAMember):
        await house.jobs.status(guest, "marv")
    with pytest.raises(NotAMember):
        await house.jobs.in_thread_or_newest(guest, house.place)


async def test_a_form_is_checked_and_its_job_stored_without_asking_the_provider(house, host):
    draft = await house.draft()
    await house.jobs.options(house.viewer)
    before = list(host.calls)

    await house.jobs.check(house.viewer, draft)
    job = await house.jobs.start(house.viewer, job_id="job_1", draft=draft)

    assert (host.calls, job.estimated_tokens is not None) == (before, True)
