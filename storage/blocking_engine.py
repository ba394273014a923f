"""A blocking engine with our settings, for libraries that bring tables of their own."""

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection

from storage.sqlite_settings import BUSY_SECONDS, HIDES_PARAMETERS, folder_made, set_pragmas


def create_blocking_engine(url: str, pool_size: int) -> Engine:
    """An engine for the database at a URL such as `Database.open` takes; the caller disposes of it."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_size=pool_size, pool_pre_ping=True, hide_parameters=HIDES_PARAMETERS)
    engine = create_engine(
        folder_made(parsed).set(drivername="sqlite"),
        pool_size=pool_size,
        connect_args={"timeout": BUSY_SECONDS},
        hide_parameters=HIDES_PARAMETERS,
    )
    event.listen(engine, "connect", set_pragmas)
    event.listen(engine, "connect", _take_the_lock_first)
    return engine


def _take_the_lock_first(connection: DBAPIConnection, _record: object) -> None:
    # The library begins no transactions itself. Taking the lock with the first write avoids one that reads first
    # and then can't write any more (SQLITE_BUSY_SNAPSHOT). Source: https://www.sqlite.org/isolation.html
    connection.isolation_level = "IMMEDIATE"
