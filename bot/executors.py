"""Which processes run durable work, so that the work of one that died is taken up by another."""

import fcntl
from pathlib import Path
from typing import IO, Protocol

from storage.leases import LeaseStore

LEASE_SECONDS = 30
"""A process that is not heard of for so long is taken to be dead."""

_EXECUTORS = "durable:executor:"
_REAPER = "durable:reaper"


class AlreadyRunning(Exception):
    """Another process works on the same SQLite files."""

    def __init__(self, lock: Path) -> None:
        self.folder = lock.parent
        super().__init__(
            f"Another Tunesmith is running in {lock.parent}. Stop it first, give this one a folder of its own in "
            "TUNESMITH_DATA, or use PostgreSQL (TUNESMITH_DATABASE_URL), which several can share."
        )


class Executors(Protocol):
    """The processes that share one database of workflows."""

    @property
    def beat_seconds(self) -> float | None:
        """How often this process must say that it lives and look for dead ones; None where it is alone."""

    async def join(self, executor_id: str) -> None:
        """Say that this process lives, at first and at every beat."""

    async def alive(self, executor_id: str) -> set[str] | None:
        """The processes that live; None while another process looks after the dead ones."""

    async def leave(self, executor_id: str) -> None:
        """Say that this process ends, so that others take over its work at once."""


class SoleExecutor:
    """On SQLite: one process a file, kept alone by a lock that dies with it."""

    beat_seconds: None = None

    def __init__(self, lock: Path) -> None:
        self._lock = lock
        self._held: IO[bytes] | None = None

    async def join(self, executor_id: str) -> None:
        """Take the lock.

        Raises:
            AlreadyRunning: another process holds it.
        """
        del executor_id
        if self._held is not None:
            return
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        file = self._lock.open("wb")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.close()
            raise AlreadyRunning(self._lock) from error
        self._held = file

    async def alive(self, executor_id: str) -> set[str]:
        return {executor_id}

    async def leave(self, executor_id: str) -> None:
        del executor_id
        if self._held is not None:
            self._held.close()
            self._held = None


class LeasedExecutors:
    """On PostgreSQL: many processes, each with a lease that it renews; one at a time looks after the dead."""

    def __init__(self, leases: LeaseStore, lease_seconds: float = LEASE_SECONDS) -> None:
        self._leases = leases
        self._lease_seconds = lease_seconds
        self.beat_seconds = lease_seconds / 3

    async def join(self, executor_id: str) -> None:
        await self._leases.acquire(_EXECUTORS + executor_id, executor_id, self._lease_seconds)

    async def alive(self, executor_id: str) -> set[str] | None:
        if await self._leases.acquire(_REAPER, executor_id, self._lease_seconds) is None:
            return None
        held = await self._leases.held(_EXECUTORS)
        return {name.removeprefix(_EXECUTORS) for name in held} | {executor_id}

    async def leave(self, executor_id: str) -> None:
        for name in (_REAPER, _EXECUTORS + executor_id):
            await self._leases.release(name, executor_id)
        await self._leases.forget(_EXECUTORS)
