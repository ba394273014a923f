"""Sessions that work in threads, so that waiting for a database never holds up the event loop.

A driver that is awaited crosses to its thread and back for each cursor, statement, fetch and commit: about nine times
for one SELECT on SQLite. Here one call of a session is one crossing, which costs a third of the processor time.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, TypeAlias, TypeVar, cast

from sqlalchemy import CursorResult, Executable, Row
from sqlalchemy.orm import Session

Kind = TypeVar("Kind")
Returned = TypeVar("Returned")
Parameters: TypeAlias = dict[str, Any] | Sequence[dict[str, Any]] | None


class ThreadedSession:
    """A session of SQLAlchemy's whose calls are awaited; its thread takes them one after another."""

    def __init__(self, session: Session, thread: ThreadPoolExecutor) -> None:
        self._session = session
        self._thread = thread
        self._is_committed = False

    @property
    def dialect_name(self) -> str:
        return self._session.get_bind().dialect.name

    async def execute(self, statement: Executable, parameters: Parameters = None) -> int:
        """Run a statement that returns no rows; returns how many it changed."""
        return await self._call(
            lambda: cast("CursorResult[Any]", self._session.execute(statement, parameters)).rowcount
        )

    async def rows(self, statement: Executable, parameters: Parameters = None) -> Sequence[Row[Any]]:
        """All rows of a statement that returns some; run once for all `parameters` where it takes several."""
        return await self._call(lambda: self._session.execute(statement, parameters).all())

    async def scalar(self, statement: Executable) -> Any:  # noqa: ANN401 - whatever type the column has.
        """The first column of the first row, or None."""
        return await self._call(lambda: self._session.scalar(statement))

    async def scalars(self, statement: Executable) -> Sequence[Any]:
        """The first column of each row."""
        return await self._call(lambda: self._session.scalars(statement).all())

    async def get(self, kind: type[Kind], key: tuple[str, ...], *, with_for_update: bool = False) -> Kind | None:
        """The record with a primary key, locked until the transaction ends if so wished; None where there is none."""
        return await self._call(lambda: self._session.get(kind, key, with_for_update=with_for_update))

    async def get_one(self, kind: type[Kind], key: tuple[str, ...], *, with_for_update: bool = False) -> Kind:
        """As `get`, for a record that exists.

        Raises:
            NoResultFound: it doesn't.
        """
        return await self._call(lambda: self._session.get_one(kind, key, with_for_update=with_for_update))

    def add_all(self, records: Iterable[object]) -> None:
        """Insert records with the next statement or at the commit."""
        self._session.add_all(records)

    async def commit(self) -> None:
        """On return it is on the disk, and the connection is given back."""
        await self._call(self._session.commit)
        self._is_committed = True

    async def close(self) -> None:
        """Roll back what isn't committed, and give the connection back."""
        if not self._is_committed:
            await self._call(self._session.close)

    async def _call(self, work: Callable[[], Returned]) -> Returned:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


class Threads:
    """Threads for sessions: each session has one to itself, so none ever waits for another's."""

    def __init__(self, most: int) -> None:
        self._room = asyncio.Semaphore(most)
        self._idle: list[ThreadPoolExecutor] = []

    @asynccontextmanager
    async def one(self) -> AsyncIterator[ThreadPoolExecutor]:
        async with self._room:
            thread = self._idle.pop() if self._idle else ThreadPoolExecutor(1, thread_name_prefix="database")
            try:
                yield thread
            finally:
                self._idle.append(thread)

    async def close(self) -> None:
        """End the threads, once what they do is done."""
        while self._idle:
            await asyncio.to_thread(self._idle.pop().shutdown)
