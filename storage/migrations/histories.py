"""Brings a database's schema up to date, from whatever older state, including none."""

from enum import StrEnum
from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.script.revision import ResolutionError
from alembic.util import CommandError
from sqlalchemy import Connection, text

from storage.errors import NewerSchema

# Any number will do, as long as every version of Tunesmith uses the same.
_MIGRATION_LOCK = 7_305_116

# Alembic keeps what it works on in one place a process.
_ALEMBIC = Lock()


class History(StrEnum):
    """The two lines of migrations: the main tables, and the inbox, which has a SQLite file of its own."""

    MAIN = "main"
    INBOX = "inbox"


def upgrade(connection: Connection, history: History) -> None:
    """Run the migrations of one history that are missing, inside the connection's transaction.

    Processes that start together take turns: on SQLite by the transaction's lock, on PostgreSQL by an advisory
    lock that lives as long as the transaction.

    Raises:
        NewerSchema: a later version of Tunesmith was here.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
    config = history_config()
    config.attributes["connection"] = connection
    with _ALEMBIC:
        try:
            command.upgrade(config, f"{history}@head")
        except CommandError as error:
            if not isinstance(error.__cause__, ResolutionError):
                raise
            raise NewerSchema from error


def history_config() -> Config:
    """Where Alembic finds the migrations."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config
