"""Queries whose answers leave the store as plain rows."""

from typing import Any, TypeVar

from sqlalchemy import Select

from storage.engine import Database
from storage.snapshots import row_of

Row = TypeVar("Row")


async def read_first(database: Database, kind: type[Row], query: Select[Any]) -> Row | None:
    """The first row of a query for records, as a plain value of class `kind`, or None."""
    async with database.reading() as session:
        record = await session.scalar(query.limit(1))
        return None if record is None else row_of(kind, record)


async def read_all(database: Database, kind: type[Row], query: Select[Any]) -> list[Row]:
    """All rows of a query for records, as plain values of class `kind`, in the query's order."""
    async with database.reading() as session:
        return [row_of(kind, record) for record in await session.scalars(query)]
