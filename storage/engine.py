"""The database: SQLite by default, PostgreSQL to scale, and one way to read and to write on both."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from storage.errors import DatabaseUnavailable, NewerSchema
from storage.migrations.histories import History, upgrade
from storage.sessions import ThreadedSession, Threads
from storage.sqlite_settings import BUSY_SECONDS, HIDES_PARAMETERS, folder_made, set_pragmas
from storage.translation import translated

_MOST_SESSIONS = 15
"""Of one process at the same time, on PostgreSQL as many connections."""


class Database:
    """One open database, migrated to the newest schema.

    A transaction ends with its block: committed when the block ends well, rolled back when it raises.
    """

    def __init__(self, engine: Engine) -> None:
        """Use `Database.open`; an engine alone has no pragmas and no tables."""
        self.url = engine.url.render_as_string(hide_password=False)
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._engine = engine
        self._threads = Threads(_MOST_SESSIONS)
        self._reading_engine = engine.execution_options(is_reading=True)
        # SQLite has one writer at a time. Queueing here is fair and wakes at once; its own waiting does neither.
        self._writer: AbstractAsyncContextManager[None] = asyncio.Lock() if self.is_sqlite else nullcontext()

    @classmethod
    async def open(cls, url: str, history: History = History.MAIN) -> "Database":
        """Open `sqlite+aiosqlite:///…` or `postgresql+psycopg://…`, and bring its schema up to date.

        An empty or missing database is filled; several processes may open the same one at the same time.

        Raises:
            DatabaseUnavailable: the server doesn't answer, or the file can't be opened.
            NewerSchema: a later version of Tunesmith has migrated it.
        """
        database = cls(_create_engine(url))
        try:
            async with database._threads.one() as thread:
                await asyncio.get_running_loop().run_in_executor(thread, database._upgrade, history)
        except NewerSchema:
            await database.close()
            raise
        except DBAPIError as error:
            await database.close()
            raise DatabaseUnavailable(f"The database {database._engine.url!r} can't be opened: {error}") from error
        return database

    async def close(self) -> None:
        await self._threads.close()
        self._engine.dispose()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ThreadedSession]:
        """A session for queries alone: it never waits for a writer on SQLite."""
        async with self._session(self._reading_engine) as session:
            yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[ThreadedSession]:
        """A session in one transaction that may write; on SQLite it is the only one that does."""
        async with self._writer, self._session(self._engine) as session:
            yield session
            await session.commit()

    @asynccontextmanager
    async def _session(self, engine: Engine) -> AsyncIterator[ThreadedSession]:
        with translated(engine.url):
            async with self._threads.one() as thread:
                session = ThreadedSession(Session(engine), thread)
                try:
                    yield session
                finally:
                    await session.close()

    def _upgrade(self, history: History) -> None:
        with self._engine.begin() as connection:
            upgrade(connection, history)


def _create_engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(
            parsed,
            pool_size=_MOST_SESSIONS,
            pool_pre_ping=True,
            isolation_level="READ COMMITTED",
            hide_parameters=HIDES_PARAMETERS,
        )
    # Without an isolation level the driver opens no transactions of its own accord: we begin each ourselves.
    without_transactions = {"isolation_level": None, "timeout": BUSY_SECONDS}
    engine = create_engine(
        folder_made(parsed).set(drivername="sqlite"),
        pool_size=_MOST_SESSIONS,
        connect_args=without_transactions,
        hide_parameters=HIDES_PARAMETERS,
    )
    event.listen(engine, "connect", set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    # A transaction that reads first and writes later could fail at the write (SQLITE_BUSY_SNAPSHOT), so a writing
    # one takes the lock at once. Source: https://www.sqlite.org/isolation.html
    is_reading = connection.get_execution_options().get("is_reading", False)
    connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")
