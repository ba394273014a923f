"""The inbox: every event of Slack's is stored here before it is acknowledged."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self, cast

from sqlalchemy import Row, Table, bindparam, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.database_clock import database_now
from storage.engine import Database
from storage.group_commit import GroupCommit
from storage.migrations.histories import History
from storage.rows import JSON, InboxEvent, Tenant
from storage.snapshots import columns_of
from storage.tables import InboxRecord

_TABLE = cast("Table", InboxRecord.__table__)
_IS_EVENT = (_TABLE.c.app_id == bindparam("the_app_id"), _TABLE.c.event_id == bindparam("the_event_id"))

# Built once: composing a statement costs more than running it.
_INSERTS = {
    dialect.__name__.rpartition(".")[2]: dialect.insert(_TABLE)
    .on_conflict_do_nothing()
    .returning(_TABLE.c.app_id, _TABLE.c.event_id)
    for dialect in (sqlite, postgresql)
}
_WAITING = (
    select(_TABLE)
    .where(_TABLE.c.body.is_not(None), or_(_TABLE.c.due_at.is_(None), _TABLE.c.due_at <= database_now()))
    .order_by(_TABLE.c.received_at, _TABLE.c.event_id)
    .limit(bindparam("most"))
)
_DONE = update(_TABLE).where(*_IS_EVENT).values(body=None)
_AGAIN = update(_TABLE).where(*_IS_EVENT).values(attempts=_TABLE.c.attempts + 1, due_at=bindparam("the_due_at"))
_PRUNE = delete(_TABLE).where(_TABLE.c.received_at < bindparam("before"), _TABLE.c.body.is_(None))


class InboxStore:
    """Events by their ids, each taken once; the body is kept only until the event is handled.

    On SQLite it has a file of its own, so that long work elsewhere never delays an acknowledgement.
    """

    def __init__(self, database: Database) -> None:
        """Use `InboxStore.open`."""
        self._database = database
        self._arrivals = GroupCommit(self._put_all)

    @classmethod
    async def open(cls, url: str) -> Self:
        """Open the inbox at a database URL, as `Database.open` does."""
        return cls(await Database.open(url, History.INBOX))

    async def close(self) -> None:
        await self._arrivals.drained()
        await self._database.close()

    async def put(self, app_id: str, event_id: str, tenant: Tenant, body: JSON | None, received_at: datetime) -> bool:
        """Store an event; on return it is on the disk. False: it had been stored already.

        `body` is None for an event that does not concern us: its ids alone are kept.
        """
        return await self._arrivals.put(InboxEvent(app_id, event_id, tenant, body, received_at, attempts=0))

    async def waiting(self, limit: int = 20) -> list[InboxEvent]:
        """The events of all teams that are still to be handled and are due, oldest first."""
        async with self._database.reading() as session:
            return [_event(row) for row in await session.rows(_WAITING, {"most": limit})]

    async def done(self, event: InboxEvent) -> None:
        """An event was handled: its body goes, its ids stay, so that a repetition is known."""
        async with self._database.writing() as session:
            await session.execute(_DONE, _key_of(event))

    async def again(self, event: InboxEvent, due_at: datetime) -> None:
        """Handling failed: try again at `due_at`, one attempt further."""
        async with self._database.writing() as session:
            await session.execute(_AGAIN, _key_of(event) | {"the_due_at": due_at})

    async def prune(self, before: datetime) -> int:
        """Forget handled events received before a moment, and say how many; Slack repeats none of that age."""
        async with self._database.writing() as session:
            return await session.execute(_PRUNE, {"before": before})

    async def _put_all(self, events: Sequence[InboxEvent]) -> Sequence[bool]:
        """Insert the events that aren't known yet, and say of each whether it was one of them."""
        # Processes that take the same events at once must meet them in the same order, else PostgreSQL sees a deadlock.
        ordered = sorted(events, key=lambda event: (event.app_id, event.event_id))
        async with self._database.writing() as session:
            rows = await session.rows(_INSERTS[session.dialect_name], [columns_of(event) for event in ordered])
        new = {(row.app_id, row.event_id) for row in rows}
        are_new = []
        for event in events:
            key = event.app_id, event.event_id
            are_new.append(key in new)
            new.discard(key)
        return are_new


def _event(row: Row[Any]) -> InboxEvent:
    tenant = Tenant(row.team_id, row.enterprise_id)
    return InboxEvent(row.app_id, row.event_id, tenant, row.body, row.received_at, row.attempts)


def _key_of(event: InboxEvent) -> dict[str, Any]:
    return {"the_app_id": event.app_id, "the_event_id": event.event_id}
