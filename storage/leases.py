"""Leases: which one of several processes does the work that only one may do at a time."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy import case, delete, or_, select, update

from storage.database_clock import database_now
from storage.engine import Database
from storage.inserts import insert_if_new
from storage.tables import LeaseRecord

LEASE_SECONDS: Final = 30.0
"""How long one work is kept for a process that may have died."""


class LeaseStore:
    """Leases by name, on the database's clock, so that no two processes' clocks have to agree.

    Whoever holds a lease renews it by acquiring it again before it runs out.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def acquire(self, name: str, owner: str, seconds: float) -> int | None:
        """Take or renew a lease for so many seconds.

        Returns the lease's epoch, which grows by one whenever it changes hands, or None while somebody else
        holds it.
        """
        lease, is_mine = LeaseRecord, LeaseRecord.owner == owner
        held_until = database_now(plus_seconds=seconds)
        take = (
            update(lease)
            .where(lease.name == name, or_(is_mine, lease.held_until <= database_now()))
            .values(owner=owner, held_until=held_until, epoch=case((is_mine, lease.epoch), else_=lease.epoch + 1))
            .returning(lease.epoch)
        )
        async with self._database.writing() as session:
            first = {"name": name, "owner": owner, "held_until": held_until, "epoch": 1}
            return 1 if await insert_if_new(session, lease, first) else await session.scalar(take)

    async def release(self, name: str, owner: str) -> None:
        """Give a lease back, so that another process can take it at once; nothing if it isn't the owner's."""
        async with self._database.writing() as session:
            await session.execute(
                update(LeaseRecord)
                .where(LeaseRecord.name == name, LeaseRecord.owner == owner)
                .values(held_until=database_now())
            )

    async def held(self, prefix: str) -> set[str]:
        """The names, beginning with `prefix`, of the leases that somebody holds now."""
        query = select(LeaseRecord.name).where(
            LeaseRecord.name.startswith(prefix, autoescape=True), LeaseRecord.held_until > database_now()
        )
        async with self._database.reading() as session:
            return set(await session.scalars(query))

    async def forget(self, prefix: str) -> None:
        """Remove the leases beginning with `prefix` that nobody holds any more and nobody will take again."""
        async with self._database.writing() as session:
            await session.execute(
                delete(LeaseRecord).where(
                    LeaseRecord.name.startswith(prefix, autoescape=True), LeaseRecord.held_until <= database_now()
                )
            )


class Lease:
    """One lease as one process holds it: the database is asked again only once a third of its time has passed.

    So two thirds of the time are left whenever it is said to be held, which one call to the outside must fit in.
    """

    def __init__(
        self, store: LeaseStore, name: str, owner: str, clock: Callable[[], datetime], seconds: float = LEASE_SECONDS
    ) -> None:
        self._store = store
        self._name = name
        self._owner = owner
        self._seconds = seconds
        self._clock = clock
        self._renewed_at: datetime | None = None

    async def is_held(self) -> bool:
        """Whether this process has the lease, which it takes or renews where that is due."""
        now = self._clock()
        if self._renewed_at is None or not 0 <= (now - self._renewed_at).total_seconds() < self._seconds / 3:
            is_taken = await self._store.acquire(self._name, self._owner, self._seconds) is not None
            self._renewed_at = now if is_taken else None
        return self._renewed_at is not None

    async def release(self) -> None:
        """Give it back, so that another process can take it at once."""
        self._renewed_at = None
        await self._store.release(self._name, self._owner)
