"""Models that move, and the answers that were bought for it."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Select, select, update

from storage.changes import write_change
from storage.engine import Database
from storage.inserts import insert_if_new, insert_or_replace
from storage.reading import read_all, read_first
from storage.rows import Move, MoveState, NewChange, Sample, Tenant
from storage.snapshots import columns_of, key_of, row_of
from storage.tables import MoveRecord, SampleRecord

_OPEN = [state for state in MoveState if state.is_open]
_FIXED = {"id", "tenant", "place", "created_at"}


class MoveStore:
    """A team's moves; what Slack should show about them is written in the same transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, move: Move, changes: Sequence[NewChange] = ()) -> Move:
        """Store a move; the same id twice is one move: the one stored first is returned."""
        async with self._database.writing() as session:
            if await insert_if_new(session, MoveRecord, columns_of(move)):
                for change in changes:
                    await write_change(session, move.tenant, f"move:{move.id}", change)
            return row_of(Move, await session.get_one(MoveRecord, key_of(move.tenant, move.id)))

    async def advance(self, before: Move, after: Move, changes: Sequence[NewChange] = ()) -> Move | None:
        """Write a newer state over the one it was made of; None where somebody else was quicker.

        So whoever looks after moves, and whoever presses a button, never undo one another.
        """
        async with self._database.writing() as session:
            record = await session.get_one(MoveRecord, key_of(before.tenant, before.id), with_for_update=True)
            if (record.state, record.attempt) != (before.state, before.attempt):
                return None
            for name in {one.name for one in fields(Move)} - _FIXED:
                setattr(record, name, getattr(after, name))
            for change in changes:
                await write_change(session, after.tenant, f"move:{after.id}", change)
            return after

    async def get(self, tenant: Tenant, move_id: str) -> Move | None:
        return await read_first(self._database, Move, _moves_of(tenant).where(MoveRecord.id == move_id))

    async def of_model(self, tenant: Tenant, model_id: str) -> list[Move]:
        """Where a model is moved to, the newest first."""
        return await read_all(self._database, Move, _moves_of(tenant).where(MoveRecord.model_id == model_id))

    async def recent(self, tenant: Tenant, limit: int = 100) -> list[Move]:
        """The team's moves, the newest first."""
        return await read_all(self._database, Move, _moves_of(tenant).limit(limit))

    async def open(self, limit: int = 1000) -> list[Move]:
        """The moves of all teams with which something is to be done, oldest first."""
        query = select(MoveRecord).where(MoveRecord.state.in_(_OPEN)).order_by(MoveRecord.created_at, MoveRecord.id)
        return await read_all(self._database, Move, query.limit(limit))

    async def samples(self, move: Move) -> list[Sample]:
        """What the old model was asked for a move, by the number of the prompt."""
        wanted = (SampleRecord.tenant == move.tenant, SampleRecord.move_id == move.id)
        return await read_all(self._database, Sample, select(SampleRecord).where(*wanted).order_by(SampleRecord.number))

    async def put_sample(self, sample: Sample) -> None:
        """Note what a question may cost, before it is asked, and then what it did, with its answer."""
        async with self._database.writing() as session:
            await insert_or_replace(session, SampleRecord, columns_of(sample))

    async def forget_answers(self, move: Move) -> None:
        """Drop the answers, which are in a dataset now that their owner can delete; what they cost stays."""
        wanted = (SampleRecord.tenant == move.tenant, SampleRecord.move_id == move.id)
        async with self._database.writing() as session:
            await session.execute(update(SampleRecord).where(*wanted).values(answer=None))


def _moves_of(tenant: Tenant) -> Select[Any]:
    newest_first = (MoveRecord.created_at.desc(), MoveRecord.id.desc())
    return select(MoveRecord).where(MoveRecord.tenant == tenant).order_by(*newest_first)
