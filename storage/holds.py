"""What this process works on, so that no other takes it up while this one lives."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from storage.errors import DatabaseUnavailable
from storage.leases import LeaseStore

logger = logging.getLogger(__name__)


class Holds:
    """A lease for each piece of work, renewed while the work goes on; once its process is dead, others may take it.

    Two tasks of one process exclude each other, too, which a lease alone does not do.
    """

    def __init__(self, leases: LeaseStore, prefix: str, owner: str, seconds: float = 30) -> None:
        """Name the leases `prefix` and the work's own name; a process silent for so many seconds counts as dead."""
        self._leases = leases
        self._prefix = prefix
        self._owner = owner
        self._seconds = seconds
        self._held: set[str] = set()

    async def take(self, name: str) -> bool:
        """Begin to work on something, then to be `kept` or dropped. False: somebody works on it."""
        if name in self._held:
            return False
        self._held.add(name)
        is_taken = False
        try:
            is_taken = await self._leased(name)
        finally:
            if not is_taken:
                self._held.discard(name)
        return is_taken

    async def drop(self, name: str) -> None:
        """Give back what was taken."""
        self._held.discard(name)
        # With the database away the lease runs out by itself.
        with suppress(DatabaseUnavailable):
            await self._leases.release(self._prefix + name, self._owner)

    @asynccontextmanager
    async def kept(self, name: str) -> AsyncIterator[None]:
        """Keep what was taken until the block ends, however it does; then it is dropped."""
        renewing = asyncio.create_task(self._renew(name))
        try:
            yield
        finally:
            renewing.cancel()
            await asyncio.wait([renewing])
            await self.drop(name)

    async def forget(self) -> None:
        """Remove the leases that have run out."""
        await self._leases.forget(self._prefix)

    async def _renew(self, name: str) -> None:
        while True:
            await asyncio.sleep(self._seconds / 3)
            try:
                await self._leased(name)
            except DatabaseUnavailable:
                logger.warning("lease_not_renewed", extra={"lease": self._prefix + name}, exc_info=True)

    async def _leased(self, name: str) -> bool:
        return await self._leases.acquire(self._prefix + name, self._owner, self._seconds) is not None
