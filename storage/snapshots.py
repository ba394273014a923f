"""Between tables and rows: a record becomes a plain value, and a plain value the columns of a record."""

from dataclasses import fields
from typing import Any, TypeVar

from storage.rows import Place, Tenant
from storage.tables import InboxBase, Record

Row = TypeVar("Row")


def row_of(kind: type[Row], record: Record | InboxBase) -> Row:
    """The plain value of class `kind` (one of `storage.rows`) that a record holds."""
    return kind(**{name: getattr(record, name) for name in _field_names(kind)})


def columns_of(row: object) -> dict[str, Any]:
    """The columns of a plain value, its tenant and place taken apart, as an INSERT takes them."""
    columns: dict[str, Any] = {}
    for name in _field_names(type(row)):
        value = getattr(row, name)
        if isinstance(value, Tenant | Place):
            columns |= {part: getattr(value, part) for part in _field_names(type(value))}
        else:
            columns[name] = value
    return columns


def key_of(tenant: Tenant, *rest: str) -> tuple[str, ...]:
    """The primary key of a team's row: its tenant, then what tells it from the tenant's other rows."""
    return tenant.team_id, tenant.enterprise_id, *rest


def _field_names(kind: type[Any]) -> list[str]:
    return [one.name for one in fields(kind)]
