"""This process among others: its clock, its ids, its name, and whether it works alone."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import uuid4

from bot.executors import Executors, LeasedExecutors, SoleExecutor
from storage.leases import LeaseStore

ALONE: Final = "sole"
"""The name of the one process that works on a SQLite file, which waits for no dead one."""


def now() -> datetime:
    """The clock that everything is given."""
    return datetime.now(UTC)


def new_id() -> str:
    """An id that is used nowhere else."""
    return uuid4().hex


def owner(database_url: str) -> str:
    """What names this process among those that hold leases and claims."""
    return ALONE if database_url.startswith("sqlite") else new_id()


def executors(database_url: str, data: Path, leases: LeaseStore) -> Executors:
    """The processes that do durable work on this database."""
    is_alone = database_url.startswith("sqlite")
    return SoleExecutor(data / "durable.lock") if is_alone else LeasedExecutors(leases)
