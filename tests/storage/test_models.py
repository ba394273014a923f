from datetime import timedelta

import pytest

from storage.models import ModelStore
from storage.rows import Place


@pytest.fixture
def store(database) -> ModelStore:
    return ModelStore(database)


async def test_a_model_is_found_by_id_by_name_and_by_thread(store, tenant, a_model, place):
    await store.add(a_model())
    await store.add(a_model())

    assert await store.get(tenant, "ft:smollm2-135m:marv") == a_model()
    assert await store.find(tenant, "ft:smollm2-135m:marv") == a_model()
    assert await store.find(tenant, "MARV") == a_model()
    assert await store.in_thread(tenant, place) == a_model()
    assert await store.in_thread(tenant, Place("C1")) is None
    assert await store.recent(tenant) == [a_model()]


async def test_a_deleted_model_is_offered_no_more_but_its_thread_still_knows_it(store, tenant, a_model, place, now):
    await store.add(a_model())
    await store.mark_deleted(tenant, a_model().id, now)
    await store.mark_deleted(tenant, a_model().id, now + timedelta(hours=1))

    assert await store.find(tenant, "marv") is None
    assert await store.recent(tenant) == []
    assert await store.get(tenant, a_model().id) == a_model(deleted_at=now)
    assert await store.in_thread(tenant, place) == a_model(deleted_at=now)


async def test_another_team_sees_nothing_and_deletes_nothing(store, tenant, other_tenant, a_model, place, now):
    await store.add(a_model())
    await store.mark_deleted(other_tenant, a_model().id, now)

    assert await store.get(other_tenant, a_model().id) is None
    assert await store.find(other_tenant, "marv") is None
    assert await store.in_thread(other_tenant, place) is None
    assert await store.recent(other_tenant) == []
    assert await store.recent(tenant) == [a_model()]


async def test_a_deployed_model_is_asked_by_its_deployment_s_name(store, tenant, other_tenant, a_model):
    await store.add(a_model())
    await store.serve_as(other_tenant, a_model().id, "theirs")
    await store.serve_as(tenant, a_model().id, "our-deployment")

    stored = await store.get(tenant, a_model().id)
    assert (stored.id, stored.asked_as) == (a_model().id, "our-deployment")


async def test_two_models_of_one_name_are_both_kept(store, tenant, a_model):
    first, second = await store.add(a_model()), await store.add(a_model("ft:other"))

    assert (first.name, second.name) == ("marv", "marv-2")
    assert {one.id for one in await store.recent(tenant)} == {first.id, second.id}
