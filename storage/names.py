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

_NUMBERED_WITH: dict[Named, tuple[Named, ...]] = {DatasetRecord: (JobRecord,), JobRecord: (DatasetRecord,)}
"""Tables whose numbers are given out together; a model bears the name of its job."""


async def insert_under_free_name(session: ThreadedSession, table: Named, columns: dict[str, Any]) -> None:
    """Insert a row under its name, or under the first of `name-2`, `name-3`, … that is free in its tenant.

    A job bears its dataset's name, but no number of its own that another dataset bears, nor the other way round:
    `marv-2` is the second job on `marv`, or a second `marv`, and never both.

    Nothing happens where a row with the same id exists already. When several transactions want one name at the
    same time, each gets one of its own.
    """
    tenant, name = Tenant(columns["team_id"], columns["enterprise_id"]), columns["name"]
    taken = set(await session.scalars(_names_like(table, tenant, name)))
    for other in _NUMBERED_WITH.get(table, ()):
        taken |= set(await session.scalars(_names_like(other, tenant, name))) - {name}
    for number in count(1):
        candidate = name if number == 1 else f"{name}-{number}"
        if candidate in taken:
            continue
        if await session.get(table, key_of(tenant, columns["id"])) is not None:
            return
        if await insert_if_new(session, table, columns | {"name": candidate}):
            return


def _names_like(table: Named, tenant: Tenant, name: str) -> Select[str]:
    """The name itself, and all that may be the name with a number."""
    is_like = or_(table.name == name, table.name.startswith(f"{name}-", autoescape=True))
    return select(table.name).where(table.tenant == tenant, is_like)


def best_match(
    query: Select[Any], typed: str, name: InstrumentedAttribute[str], *ids: InstrumentedAttribute[str]
) -> Select[Any]:
    """Narrow a query to the one row that was meant: by an id first, then by its name, then in any case."""
    wanted = typed.strip()
    is_id = or_(*(one == wanted for one in ids))
    is_alike = func.lower(name) == wanted.lower()
    return query.where(or_(is_id, is_alike)).order_by(None).order_by(case((is_id, 0), (name == wanted, 1), else_=2))
