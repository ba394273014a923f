"""Changes of state that Slack should show: written with the change itself, read by the outbox."""

from datetime import datetime

from sqlalchemy import delete, select, update

from storage.database_clock import database_now
from storage.engine import Database
from storage.inserts import insert_if_new
from storage.reading import read_all
from storage.rows import Change, ChangeKind, NewChange, Tenant
from storage.sessions import ThreadedSession
from storage.snapshots import columns_of
from storage.tables import ChangeRecord


class ChangeStore:
    """The line in which changes wait for the outbox."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting(self, limit: int = 100) -> list[Change]:
        """The changes of all teams that nobody has handled yet, oldest first."""
        query = select(ChangeRecord).where(ChangeRecord.is_waiting).order_by(ChangeRecord.id).limit(limit)
        return await read_all(self._database, Change, query)

    async def done(self, change: Change) -> None:
        """Mark a change as handled; a card that was marked again meanwhile stays waiting."""
        async with self._database.writing() as session:
            await session.execute(
                update(ChangeRecord)
                .where(ChangeRecord.id == change.id, ChangeRecord.revision == change.revision)
                .values(is_waiting=False)
            )

    async def forget(self, before: datetime) -> None:
        """Remove the changes written before a moment that were handled."""
        is_old = (ChangeRecord.is_waiting.is_(False), ChangeRecord.created_at < before)
        async with self._database.writing() as session:
            await session.execute(delete(ChangeRecord).where(*is_old))


async def write_change(session: ThreadedSession, tenant: Tenant, subject: str, change: NewChange) -> None:
    """Write a change inside the transaction of what changed.

    A key that is known is not written again, so a milestone is told once; a card is marked as waiting again.
    """
    columns = columns_of(tenant) | columns_of(change) | {"subject": subject}
    if await insert_if_new(session, ChangeRecord, columns) or change.kind is not ChangeKind.CARD:
        return
    await session.execute(
        update(ChangeRecord)
        .where(ChangeRecord.tenant == tenant, ChangeRecord.key == change.key)
        .values(
            parameters=change.parameters,
            created_at=database_now(),
            revision=ChangeRecord.revision + 1,
            is_waiting=True,
        )
    )
