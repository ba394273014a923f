"""The short names that people type: giving each thing its own, and finding a thing by what was typed."""

from itertools import count
from typing import Any

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from storage.inserts import insert_if_new
from storage.rows import Tenant
from storage.sessions import ThreadedSession
from storage.snapshots import key_of
from storage.tables import DatasetRecord, JobRecord, ModelRecord

Named = type[DatasetRecord] | type[JobRecord] | type[ModelRecord]


async def insert_under_free_name(session: ThreadedSession, table: Named, columns: dict[str, Any]) -> None:
    """Insert a row under its name, or under the first of `name-2`, `name-3`, … that is free in its tenant.

    Nothing happens where a row with the same id exists already. When several transactions want one name at the
    same time, each gets one of its own.
    """
    tenant, name = Tenant(columns["team_id"], columns["enterprise_id"]), columns["name"]
    taken = set(
        await session.scalars(
            select(table.name).where(
                table.tenant == tenant,
                or_(table.name == name, table.name.startswith(f"{name}-", autoescape=True)),
            )
        )
    )
    for number in count(1):
        candidate = name if number == 1 else f"{name}-{number}"
        if candidate in taken:
            continue
        if await session.get(table, key_of(tenant, columns["id"])) is not None:
            return
        if await insert_if_new(session, table, columns | {"name": candidate}):
            return


def best_match(
    query: Select[Any], typed: str, name: InstrumentedAttribute[str], *ids: InstrumentedAttribute[str]
) -> Select[Any]:
    """Narrow a query to the one row that was meant: by an id first, then by its name, then in any case."""
    wanted = typed.strip()
    is_id = or_(*(one == wanted for one in ids))
    is_alike = func.lower(name) == wanted.lower()
    return query.where(or_(is_id, is_alike)).order_by(None).order_by(case((is_id, 0), (name == wanted, 1), else_=2))
