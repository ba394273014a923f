"""INSERT that meets an existing row in peace, written once for both databases."""

from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from storage.sessions import ThreadedSession
from storage.tables import InboxBase, Record


async def insert_if_new(session: ThreadedSession, table: type[Record | InboxBase], columns: dict[str, Any]) -> bool:
    """Insert a row unless one of its unique keys is taken; say whether it was inserted.

    Of two transactions that insert the same key at once, the second waits for the first and returns False.
    """
    # A row back says that one was written; the count of rows is not reliable for tables whose ids are generated.
    statement = _insert(session, table).values(columns).on_conflict_do_nothing()
    return bool(await session.rows(statement.returning(*_table(table).primary_key)))


async def insert_or_replace(session: ThreadedSession, table: type[Record | InboxBase], columns: dict[str, Any]) -> None:
    """Insert a row, or overwrite the one with the same primary key."""
    key = [column.name for column in _table(table).primary_key]
    replaced = {name: value for name, value in columns.items() if name not in key}
    await session.execute(
        _insert(session, table).values(columns).on_conflict_do_update(index_elements=key, set_=replaced)
    )


def _insert(session: ThreadedSession, table: type[Record | InboxBase]) -> postgresql.Insert | sqlite.Insert:
    is_sqlite = session.dialect_name == "sqlite"
    return sqlite.insert(_table(table)) if is_sqlite else postgresql.insert(_table(table))


def _table(table: type[Record | InboxBase]) -> Table:
    return cast("Table", table.__table__)
