"""Leases: which one of several processes does the work that only one may do at a time."""

from sqlalchemy import case, delete, or_, select, update

from storage.database_clock import database_now
from storage.engine import Database
from storage.inserts import insert_if_new
from storage.tables import LeaseRecord


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
