"""Messages that must reach Slack: written before they are sent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Case, ColumnElement, Update, case, delete, func, or_, select, update

from storage.database_clock import database_now
from storage.engine import Database
from storage.inserts import insert_if_new
from storage.reading import read_all, read_first
from storage.rows import JSON, Delivery, DeliveryState, Place, Tenant
from storage.snapshots import columns_of, row_of
from storage.tables import DeliveryRecord

_LONGEST_DUE = (DeliveryRecord.due_at, DeliveryRecord.id)


class DeliveryStore:
    """One row a message. A card keeps its row for life: each new payload is one more revision of it.

    A delivery is WAITING, then SENDING once somebody has claimed it, then SENT, or FAILED for good. A payload
    that arrives while an older one is being sent leaves the row WAITING again afterwards.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(
        self, tenant: Tenant, key: str, place: Place, payload: JSON, now: datetime, message_ts: str = ""
    ) -> Delivery:
        """Write a message, or the newest payload of one that exists; the same payload again changes nothing.

        Args:
            message_ts: of a message that is already posted and shall be edited.
        """
        columns = _first_columns(tenant, key, place, payload, now) | {"message_ts": message_ts}
        async with self._database.writing() as session:
            is_new = await insert_if_new(session, DeliveryRecord, columns)
            wanted = (DeliveryRecord.tenant == tenant, DeliveryRecord.key == key)
            record = await session.scalar(select(DeliveryRecord).where(*wanted).with_for_update())
            if not is_new:
                _replace_payload(record, payload, now, message_ts)
            return row_of(Delivery, record)

    async def put_first(self, tenant: Tenant, key: str, place: Place, payload: JSON, now: datetime) -> bool:
        """Write a message unless one has its key already, whatever that one says; False then."""
        async with self._database.writing() as session:
            return await insert_if_new(session, DeliveryRecord, _first_columns(tenant, key, place, payload, now))

    async def by_key(self, tenant: Tenant, key: str) -> Delivery | None:
        query = select(DeliveryRecord).where(DeliveryRecord.tenant == tenant, DeliveryRecord.key == key)
        return await read_first(self._database, Delivery, query)

    async def beginning_with(self, tenant: Tenant, prefix: str) -> list[Delivery]:
        """The team's messages with keys of this beginning."""
        begins = DeliveryRecord.key.startswith(prefix, autoescape=True)
        query = select(DeliveryRecord).where(DeliveryRecord.tenant == tenant, begins).order_by(DeliveryRecord.id)
        return await read_all(self._database, Delivery, query)

    async def due(self, now: datetime, limit: int = 50) -> list[Delivery]:
        """The messages of all teams that wait and may be sent, those due longest first."""
        query = select(DeliveryRecord).where(*_is_due(now)).order_by(*_LONGEST_DUE)
        return await read_all(self._database, Delivery, query.limit(limit))

    async def foremost(self, now: datetime, limit: int = 50) -> list[Delivery]:
        """Of `due` those that can be sent next: one a channel, and each edit; a long line holds no other up."""
        line = (DeliveryRecord.team_id, DeliveryRecord.enterprise_id, DeliveryRecord.channel_id)
        number = func.row_number().over(partition_by=(*line, DeliveryRecord.message_ts), order_by=_LONGEST_DUE)
        numbered = select(DeliveryRecord.id, number.label("number")).where(*_is_due(now)).subquery()
        first = select(numbered.c.id).where(numbered.c.number == 1)
        query = select(DeliveryRecord).where(DeliveryRecord.id.in_(first)).order_by(*_LONGEST_DUE)
        return await read_all(self._database, Delivery, query.limit(limit))

    async def stuck(self, now: datetime, seconds: float) -> list[Delivery]:
        """The messages due at `now` that were claimed so many seconds ago and never reported on.

        Whoever claimed them died, or couldn't write what became of them: their fate is unknown.
        """
        is_stuck = (
            DeliveryRecord.state == DeliveryState.SENDING,
            DeliveryRecord.claimed_at <= database_now(plus_seconds=-seconds),
            DeliveryRecord.due_at <= now,
        )
        return await read_all(self._database, Delivery, select(DeliveryRecord).where(*is_stuck))

    async def sending(self, delivery: Delivery) -> Delivery | None:
        """Claim a message before handing it to Slack; returns it as claimed.

        None: somebody else has claimed it, or a newer payload has come; read it again.
        """
        is_same = (DeliveryRecord.state == DeliveryState.WAITING, DeliveryRecord.revision == delivery.revision)
        claim = _update(delivery).where(*is_same)
        claimed = claim.values(
            state=DeliveryState.SENDING, claimed_at=database_now(), attempts=DeliveryRecord.attempts + 1
        )
        async with self._database.writing() as session:
            record = await session.scalar(claimed.returning(DeliveryRecord))
            return row_of(Delivery, record) if record else None

    async def sent(self, delivery: Delivery, message_ts: str, channel_id: str = "") -> None:
        """Slack has this revision of the message, under this ts.

        Args:
            channel_id: where it has it, if that isn't known already.
        """
        done = _update(delivery).values(
            channel_id=channel_id or delivery.place.channel_id,
            message_ts=message_ts,
            sent_revision=delivery.revision,
            attempts=0,
            state=_unless_newer(delivery, DeliveryState.SENT),
        )
        await self._execute(done)

    async def again(self, delivery: Delivery, due_at: datetime) -> None:
        """Slack did not take the message; try again at `due_at`."""
        await self._execute(_update(delivery).values(state=DeliveryState.WAITING, due_at=due_at))

    async def unsettled(self, delivery: Delivery, due_at: datetime) -> None:
        """It could not be found out whether Slack took the message; it stays claimed, to be looked for at `due_at`."""
        await self._execute(_update(delivery).values(due_at=due_at))

    async def failed(self, delivery: Delivery, error: str) -> None:
        """Slack will never take this revision, for the reason given; a newer one is still tried."""
        lost = _update(delivery).values(error=error, state=_unless_newer(delivery, DeliveryState.FAILED))
        await self._execute(lost)

    async def forget(self, before: datetime, prefixes: Sequence[str]) -> None:
        """Remove the messages with keys of these beginnings that were sent, or given up, before a moment."""
        is_old = (
            DeliveryRecord.state.in_([DeliveryState.SENT, DeliveryState.FAILED]),
            DeliveryRecord.due_at < before,
            or_(*(DeliveryRecord.key.startswith(prefix, autoescape=True) for prefix in prefixes)),
        )
        async with self._database.writing() as session:
            await session.execute(delete(DeliveryRecord).where(*is_old))

    async def _execute(self, statement: Update) -> None:
        async with self._database.writing() as session:
            await session.execute(statement)


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return DeliveryRecord.state == DeliveryState.WAITING, DeliveryRecord.due_at <= now


def _first_columns(tenant: Tenant, key: str, place: Place, payload: JSON, now: datetime) -> dict[str, Any]:
    first = Delivery(
        id=0,
        tenant=tenant,
        key=key,
        place=place,
        message_ts="",
        payload=payload,
        revision=1,
        sent_revision=0,
        state=DeliveryState.WAITING,
        attempts=0,
        due_at=now,
    )
    return {name: value for name, value in columns_of(first).items() if name != "id"} | {"error": ""}


def _replace_payload(record: DeliveryRecord, payload: JSON, now: datetime, message_ts: str) -> None:
    record.message_ts = record.message_ts or message_ts
    if record.payload == payload:
        return
    record.payload = payload
    record.revision += 1
    record.due_at = now
    if record.state is not DeliveryState.SENDING:
        record.state = DeliveryState.WAITING
        record.attempts = 0


def _update(delivery: Delivery) -> Update:
    return update(DeliveryRecord).where(DeliveryRecord.id == delivery.id)


def _unless_newer(delivery: Delivery, state: DeliveryState) -> Case[DeliveryState]:
    is_newest = DeliveryRecord.revision == delivery.revision
    return case((is_newest, state), else_=DeliveryState.WAITING)
