"""The database's own clock: the one clock that all processes beside it share."""

from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from storage.column_types import UtcDateTime


class database_now(ColumnElement[datetime]):  # noqa: N801  It stands in statements like SQL's own functions.
    """The moment at which a statement runs, moved by whole milliseconds; on SQLite it is cut to milliseconds."""

    inherit_cache = False
    type = UtcDateTime()

    def __init__(self, plus_seconds: float = 0) -> None:
        self.plus_milliseconds = round(plus_seconds * 1000)


@compiles(database_now, "postgresql")
def _on_postgresql(element: database_now, compiler: SQLCompiler, **options: object) -> str:
    del compiler, options
    return f"(clock_timestamp() + interval '{element.plus_milliseconds} milliseconds')"


@compiles(database_now, "sqlite")
def _on_sqlite(element: database_now, compiler: SQLCompiler, **options: object) -> str:
    del compiler, options
    return f"strftime('%Y-%m-%d %H:%M:%f000', 'now', '{element.plus_milliseconds / 1000:+.3f} seconds')"
