"""A look at a database that changes nothing: is it there, and does its schema fit this version of ours?"""

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import Final

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine, inspect, make_url
from sqlalchemy.exc import DBAPIError

from storage.errors import DatabaseUnavailable
from storage.migrations.histories import History, history_config

_CONNECT_SECONDS: Final = 5


class SchemaState(StrEnum):
    """How a database's schema stands to this version of Tunesmith."""

    NEW = "new"
    """There is nothing yet: it is made at the start."""
    OLD = "old"
    """Migrations are missing: they are made at the start."""
    CURRENT = "current"
    NEWER = "newer"
    """A later version of Tunesmith has migrated it; this one can't use it."""


async def schema_state(url: str, history: History = History.MAIN) -> SchemaState:
    """How one history of migrations stands in the database at `url`.

    Raises:
        DatabaseUnavailable: the server doesn't answer, or the file is no database of ours.
    """
    return await asyncio.to_thread(_state, url, history)


def _state(url: str, history: History) -> SchemaState:
    parsed = make_url(url)
    is_sqlite = parsed.get_backend_name() == "sqlite"
    if is_sqlite:
        # To open a file that isn't there would make it.
        if not Path(parsed.database or "").exists():
            return SchemaState.NEW
        parsed = parsed.set(drivername="sqlite")
    patience = {} if is_sqlite else {"connect_timeout": _CONNECT_SECONDS}
    engine = create_engine(parsed, poolclass=NullPool, connect_args=patience)
    try:
        with engine.connect() as connection:
            if not inspect(connection).get_table_names():
                return SchemaState.NEW
            found = set(MigrationContext.configure(connection).get_current_heads())
    except DBAPIError as error:
        raise DatabaseUnavailable(f"{parsed!r}: {error.orig}") from error
    finally:
        engine.dispose()
    return _compared(found, history)


def _compared(found: set[str], history: History) -> SchemaState:
    script = ScriptDirectory.from_config(history_config())
    known = {revision.revision for revision in script.walk_revisions()}
    if found - known:
        return SchemaState.NEWER
    head = script.get_revision(f"{history}@head")
    return SchemaState.CURRENT if head is not None and head.revision in found else SchemaState.OLD
