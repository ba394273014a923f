from dataclasses import replace
from datetime import timedelta

from storage.people import PeopleStore
from storage.rows import Person


async def test_a_person_is_remembered_as_last_fetched_and_only_by_their_team(database, tenant, other_tenant, now):
    people = PeopleStore(database)
    ada = Person(tenant, "U1", "en-US", is_admin=False, is_guest=False, fetched_at=now)
    assert await people.get(tenant, "U1") is None

    await people.put(ada)
    await people.put(replace(ada, locale="zh-CN", is_admin=True))

    assert await people.get(tenant, "U1") == replace(ada, locale="zh-CN", is_admin=True)
    assert await people.get(other_tenant, "U1") is None


async def test_a_person_not_asked_about_for_long_is_forgotten(database, tenant, now):
    people = PeopleStore(database)
    for user_id, fetched_at in (("U1", now - timedelta(days=31)), ("U2", now)):
        await people.put(Person(tenant, user_id, "en-US", is_admin=False, is_guest=False, fetched_at=fetched_at))

    await people.forget(now - timedelta(days=30))

    assert (await people.get(tenant, "U1"), (await people.get(tenant, "U2")).user_id) == (None, "U2")
