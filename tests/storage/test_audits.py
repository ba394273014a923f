from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.audits import AuditStore
from storage.rows import Audit


@pytest.fixture
def audit(tenant, now):
    return Audit(tenant, "job:job_1:approve", "U1", "approve", "job:job_1", now, {"usd": "41.00"})


async def test_a_decision_is_kept_once_and_belongs_to_its_team(database, tenant, other_tenant, now, audit):
    store = AuditStore(database)
    later = Audit(tenant, "job:job_2:decline", "U2", "decline", "job:job_2", now + timedelta(seconds=1), {})
    for one in (audit, audit, later):
        await store.add(one)

    assert await store.recent(tenant) == [later, audit]
    assert await store.recent(other_tenant) == []
    assert await store.by_key(other_tenant, audit.key) is None


@pytest.mark.parametrize("statement", ["UPDATE audits SET actor_id = 'U9'", "DELETE FROM audits"])
async def test_the_database_itself_lets_nobody_change_or_delete_a_decision(database, tenant, audit, statement):
    store = AuditStore(database)
    await store.add(audit)

    with pytest.raises(DBAPIError, match="append-only"):
        async with database.writing() as session:
            await session.execute(text(statement))
    assert await store.recent(tenant) == [audit]
