"""What was decided, by whom, and when: only ever added to, which the database itself sees to."""

from sqlalchemy import select

from storage.engine import Database
from storage.inserts import insert_if_new
from storage.reading import read_all, read_first
from storage.rows import Audit, Tenant
from storage.sessions import ThreadedSession
from storage.snapshots import columns_of
from storage.tables import AuditRecord


class AuditStore:
    """A team's decisions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, audit: Audit) -> None:
        """Store a decision; one whose key is known is stored already."""
        async with self._database.writing() as session:
            await write_audit(session, audit)

    async def recent(self, tenant: Tenant, limit: int = 100) -> list[Audit]:
        """The newest decisions of a team, newest first."""
        query = select(AuditRecord).where(AuditRecord.tenant == tenant)
        newest_first = (AuditRecord.created_at.desc(), AuditRecord.id.desc())
        return await read_all(self._database, Audit, query.order_by(*newest_first).limit(limit))

    async def by_key(self, tenant: Tenant, key: str) -> Audit | None:
        query = select(AuditRecord).where(AuditRecord.tenant == tenant, AuditRecord.key == key)
        return await read_first(self._database, Audit, query)


async def write_audit(session: ThreadedSession, audit: Audit) -> None:
    """Store a decision inside the transaction of what was decided."""
    await insert_if_new(session, AuditRecord, columns_of(audit))
