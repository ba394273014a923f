"""How every connection to a SQLite file of ours is set up."""

from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.engine.interfaces import DBAPIConnection

BUSY_SECONDS = 30
"""How long a connection waits for another process's lock."""

HIDES_PARAMETERS = True
"""On every engine: SQLAlchemy writes a failing statement's values into its error, and so people's words into the log."""

# Readers never wait for the writer, and what was committed survives a power cut.
# Source: https://www.sqlite.org/wal.html, https://www.sqlite.org/pragma.html#pragma_synchronous
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000}")


def set_pragmas(connection: DBAPIConnection, _record: object) -> None:
    """For SQLAlchemy's event `connect`."""
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def folder_made(url: URL) -> URL:
    """The same URL, once the folder of its file exists; a new one is closed to other users of the machine."""
    Path(url.database or "").parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return url
