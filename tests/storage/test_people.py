from dataclasses import replace

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
