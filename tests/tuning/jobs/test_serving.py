"""Who may say under which name a model is deployed, and which names pass."""

from dataclasses import replace

import pytest

from storage.rows import JobStatus, Tenant
from tuning.access import Actor
from tuning.errors import AdminsOnly, ModelNotFound
from tuning.jobs.serving import DeploymentTaken, ServesByItself
from tuning.models import model_of
from tuning.providers.profiles import AZURE, NEBIUS


@pytest.fixture(name="admin")
def _admin(house):
    return replace(house.viewer, actor=Actor("U9", is_admin=True))


@pytest.fixture(name="house")
def _house(house_of, connect):
    return house_of(connect(NEBIUS, key="k"))


async def succeeded(house, model_id=""):
    """A job that has ended, with the model that its provider has named, if it has."""
    [base, *_] = await next(iter(house.gateways)).trainable_models(house.now.date())
    job = replace(await house.asked(base_model=base.id), status=JobStatus.SUCCEEDED, fine_tuned_model=model_id)
    await house.job_store.advance(job)
    if model_id:
        await house.model_store.add(model_of(job, None, house.now))
    return job


async def test_only_administrators_say_where_a_model_is_deployed(house):
    job = await succeeded(house, "ours")

    with pytest.raises(AdminsOnly):
        await house.serving.register(house.viewer, job.name, "deployed")

    assert (await house.model_store.get(house.tenant, "ours")).served_as == ""


async def test_a_provider_without_deployments_takes_no_other_name_for_a_model(house_of, connect, admin):
    house = house_of(connect())
    job = replace(await house.asked(), status=JobStatus.SUCCEEDED, fine_tuned_model="ft:smol:marv")
    await house.model_store.add(model_of(job, None, house.now))

    with pytest.raises(ServesByItself):
        await house.serving.register(admin, job.name, "ft:smol:somebody-else")


@pytest.mark.parametrize("typed", ["ft:theirs", "FT:Theirs", "their-deployment", "gpt-4.1-mini"])
@pytest.mark.parametrize("model_id", ["ours", ""], ids=["named", "nameless"])
async def test_the_name_of_another_team_s_model_opens_it_to_nobody(house, admin, typed, model_id):
    job = await succeeded(house, model_id)
    named = replace(job, tenant=Tenant("T2"), id="job_2", fine_tuned_model="ft:theirs")
    await house.model_store.add(replace(model_of(named, None, house.now), served_as="their-deployment"))

    with pytest.raises(DeploymentTaken):
        await house.serving.register(admin, job.name, typed)

    assert all(one.served_as == "" for one in await house.model_store.recent(house.tenant))


async def test_deleting_a_model_without_a_name_asks_the_provider_to_delete_nothing(house, host, admin):
    job = await succeeded(house)
    model = await house.serving.register(admin, job.name, "somebody-s-deployment")
    assert (model.asked_as, model.id) == ("somebody-s-deployment", job.id)
    assert [one.provider for one in (await house.jobs.options(house.viewer)).offers if one.tuned] == []
    again = await house.serving.register(admin, job.name, "another-deployment")
    assert (again.id, again.asked_as) == (job.id, "another-deployment")

    await house.models.delete(admin, job.name)

    assert not [call for call in host.calls if call.startswith("DELETE")]
    with pytest.raises(ModelNotFound):
        await house.serving.register(admin, job.name, "another-deployment")


async def test_a_model_that_was_deleted_is_not_deployed(house_of, connect, admin):
    house = house_of(connect(AZURE, key="k"))
    job = await succeeded(house, "ours")
    await house.models.delete(admin, job.name)

    with pytest.raises(ModelNotFound):
        await house.serving.register(admin, job.name, "deployed")

    assert (await house.job_store.get(house.tenant, job.id)).fine_tuned_model == "ours"
