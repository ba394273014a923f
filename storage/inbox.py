"""The inbox: every event of Slack's is stored here before it is acknowledged."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Self, cast

from sqlalchemy import Row, Table, bindparam, delete, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.database_clock import database_now
from storage.engine import Database
from storage.group_commit import GroupCommit
from storage.migrations.histories import History
from storage.rows import JSON, InboxEvent, Tenant
from storage.snapshots import columns_of
from storage.tables import InboxRecord

CLAIM_SECONDS: Final = 30.0
"""A process that hasn't renewed its claim on an event for so long is taken to be dead, and another handles the event."""

_TABLE = cast("Table", InboxRecord.__table__)
_IS_EVENT = (_TABLE.c.app_id == bindparam("the_app_id"), _TABLE.c.event_id == bindparam("the_event_id"))

# Built once: composing a statement costs more than running it.
_INSERTS = {
    dialect.__name__.rpartition(".")[2]: dialect.insert(_TABLE)
    .on_conflict_do_nothing()
    .returning(_TABLE.c.app_id, _TABLE.c.event_id)
    for dialect in (sqlite, postgresql)
}
_OLDEST = (_TABLE.c.received_at, _TABLE.c.event_id)
_IS_WAITING = (_TABLE.c.body.is_not(None), or_(_TABLE.c.due_at.is_(None), _TABLE.c.due_at <= database_now()))
_WAITING = select(_TABLE).where(*_IS_WAITING).order_by(*_OLDEST).limit(bindparam("most"))
_FREE = (
    select(_TABLE.c.app_id, _TABLE.c.event_id)
    .where(*_IS_WAITING, or_(_TABLE.c.claimed_until.is_(None), _TABLE.c.claimed_until <= database_now()))
    .order_by(*_OLDEST)
    .limit(bindparam("most"))
)
# Of several processes that claim at once, each takes what no other is taking; SQLite has one writer and no such words.
_TAKEN = _FREE.with_for_update(skip_locked=True).cte("taken")
_CLAIMED_UNTIL = database_now(plus_seconds=CLAIM_SECONDS)
_CLAIM = (
    update(_TABLE)
    .where(tuple_(_TABLE.c.app_id, _TABLE.c.event_id).in_(select(_TAKEN.c.app_id, _TAKEN.c.event_id)))
    .values(claimed_by=bindparam("owner"), claimed_until=_CLAIMED_UNTIL)
    .returning(_TABLE)
)
_IS_CLAIMED = (_TABLE.c.claimed_by == bindparam("owner"), _TABLE.c.body.is_not(None))
_RENEW = update(_TABLE).where(*_IS_EVENT, *_IS_CLAIMED).values(claimed_until=_CLAIMED_UNTIL)
_RELEASE = update(_TABLE).where(*_IS_CLAIMED).values(claimed_by=None, claimed_until=None)
_DONE = update(_TABLE).where(*_IS_EVENT).values(body=None, claimed_by=None, claimed_until=None)
_AGAIN = (
    update(_TABLE)
    .where(*_IS_EVENT)
    .values(attempts=_TABLE.c.attempts + 1, due_at=bindparam("the_due_at"), claimed_by=None, claimed_until=None)
)
_PRUNE = delete(_TABLE).where(_TABLE.c.received_at < bindparam("before"), _TABLE.c.body.is_(None))


class InboxStore:
    """Events by their ids, each stored once; the body is kept only until the event is handled.

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
        """The events of all teams that are still to be handled and are due, claimed or not, oldest first."""
        async with self._database.reading() as session:
            return [_event(row) for row in await session.rows(_WAITING, {"most": limit})]

    async def claim(self, owner: str, limit: int) -> list[InboxEvent]:
        """Take some of the events that wait and that no living process handles, the oldest first.

        Whoever has claimed an event renews the claim until the event is done, or due again.
        """
        async with self._database.reading() as session:
            # A look costs less than a transaction that may write, and mostly there is nothing.
            if not await session.rows(_FREE, {"most": 1}):
                return []
        async with self._database.writing() as session:
            claimed = await session.rows(_CLAIM, {"most": limit, "owner": owner})
        return [_event(row) for row in sorted(claimed, key=lambda row: (row.received_at, row.event_id))]

    async def renew(self, owner: str, events: Sequence[InboxEvent]) -> None:
        """Say of events that were claimed that their process lives and still handles them."""
        if not events:
            return
        async with self._database.writing() as session:
            await session.execute(_RENEW, [_key_of(event) | {"owner": owner} for event in events])

    async def release(self, owner: str) -> None:
        """Give back all claims of a process that handles nothing any more, so that another needn't wait."""
        async with self._database.writing() as session:
            await session.execute(_RELEASE, {"owner": owner})

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
