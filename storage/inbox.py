"""The inbox: every event of Slack's is stored here before it is acknowledged."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, or_, select, update

from storage.database_clock import database_now
from storage.engine import Database
from storage.inserts import insert_if_new
from storage.migrations.histories import History
from storage.reading import read_all
from storage.rows import JSON, InboxEvent, Tenant
from storage.snapshots import columns_of
from storage.tables import InboxRecord


class InboxStore:
    """Events by their ids, each taken once; the body is kept only until the event is handled.

    On SQLite it has a file of its own, so that long work elsewhere never delays an acknowledgement.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    async def open(cls, url: str) -> "InboxStore":
        """Open the inbox at a database URL, as `Database.open` does."""
        return cls(await Database.open(url, History.INBOX))

    async def close(self) -> None:
        await self._database.close()

    async def put(self, app_id: str, event_id: str, tenant: Tenant, body: JSON | None, received_at: datetime) -> bool:
        """Store an event; on return it is on the disk. False: it had been stored already.

        `body` is None for an event that does not concern us: its ids alone are kept.
        """
        event = InboxEvent(app_id, event_id, tenant, body, received_at, attempts=0)
        async with self._database.writing() as session:
            return await insert_if_new(session, InboxRecord, columns_of(event))

    async def waiting(self, limit: int = 20) -> list[InboxEvent]:
        """The events of all teams that are still to be handled and are due, oldest first."""
        query = (
            select(InboxRecord)
            .where(
                InboxRecord.body.is_not(None),
                or_(InboxRecord.due_at.is_(None), InboxRecord.due_at <= database_now()),
            )
            .order_by(InboxRecord.received_at, InboxRecord.event_id)
            .limit(limit)
        )
        return await read_all(self._database, InboxEvent, query)

    async def done(self, event: InboxEvent) -> None:
        """An event was handled: its body goes, its ids stay, so that a repetition is known."""
        async with self._database.writing() as session:
            await session.execute(update(InboxRecord).where(*_is(event)).values(body=None))

    async def again(self, event: InboxEvent, due_at: datetime) -> None:
        """Handling failed: try again at `due_at`, one attempt further."""
        async with self._database.writing() as session:
            await session.execute(
                update(InboxRecord).where(*_is(event)).values(attempts=InboxRecord.attempts + 1, due_at=due_at)
            )

    async def prune(self, before: datetime) -> int:
        """Forget handled events received before a moment, and say how many; Slack repeats none of that age."""
        old = (InboxRecord.received_at < before, InboxRecord.body.is_(None))
        async with self._database.writing() as session:
            return cast("CursorResult[Any]", await session.execute(delete(InboxRecord).where(*old))).rowcount


def _is(event: InboxEvent) -> tuple[Any, Any]:
    return InboxRecord.app_id == event.app_id, InboxRecord.event_id == event.event_id
