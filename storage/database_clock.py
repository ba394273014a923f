"""The database's own clock: the one clock that all processes beside it share."""

from datetime import datetime

from sqlalchemy import literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from storage.column_types import UtcDateTime


class database_now(FunctionElement[datetime]):  # noqa: N801  It stands in statements like SQL's own functions.
    """The moment at which a statement runs, moved by whole milliseconds; on SQLite it is cut to milliseconds."""

    # The milliseconds are a parameter of the statement, so it is compiled once and not at every use.
    inherit_cache = True
    type = UtcDateTime()

    def __init__(self, plus_seconds: float = 0) -> None:
        super().__init__(literal(round(plus_seconds * 1000)))


@compiles(database_now, "postgresql")
def _on_postgresql(element: database_now, compiler: SQLCompiler, **options: object) -> str:
    return f"(clock_timestamp() + {compiler.process(element.clauses, **options)} * interval '1 millisecond')"


@compiles(database_now, "sqlite")
def _on_sqlite(element: database_now, compiler: SQLCompiler, **options: object) -> str:
    seconds = f"({compiler.process(element.clauses, **options)} / 1000.0) || ' seconds'"
    return f"strftime('%Y-%m-%d %H:%M:%f000', 'now', {seconds})"
