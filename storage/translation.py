"""What a database's driver raises, as an error of ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from storage.errors import DatabaseUnavailable


@contextmanager
def translated(url: URL) -> Iterator[None]:
    """Around everything that speaks to the database at `url`.

    Raises:
        DatabaseUnavailable: it doesn't answer; nothing was written.
    """
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise DatabaseUnavailable(f"The database {url!r} doesn't answer: {error}") from error
