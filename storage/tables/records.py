"""What every table has in common: its base, its tenant, its place, its numbers."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Enum, Integer, MetaData
from sqlalchemy import types as sql_types
from sqlalchemy.orm import DeclarativeBase, Mapped, composite, declared_attr, mapped_column

from storage.column_types import AnyText, Money, RequestJSON, UtcDateTime
from storage.rows import JSON, JobRequest, Place, Tenant

TENANT = ("team_id", "enterprise_id")
_NAMES = {"ix": "%(table_name)s_by_%(column_0_N_name)s", "uq": "%(table_name)s_unique_%(column_2_name)s"}
_TYPES = {
    str: AnyText(),
    datetime: UtcDateTime(),
    Decimal: Money(),
    JSON: sql_types.JSON(none_as_null=True),
    JobRequest: RequestJSON(),
    # Long enough for words that later versions add, so that a new status needs no migration.
    StrEnum: Enum(StrEnum, native_enum=False, length=32, values_callable=lambda words: [word.value for word in words]),
}


class Record(DeclarativeBase):
    """A row of the main database."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = _TYPES


class InboxBase(DeclarativeBase):
    """A row of the inbox, which has a SQLite file of its own."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = _TYPES


class OfTenant:
    team_id: Mapped[str] = mapped_column(sort_order=-2)
    enterprise_id: Mapped[str] = mapped_column(sort_order=-2)

    @declared_attr
    def tenant(self) -> Mapped[Tenant]:
        return composite("team_id", "enterprise_id")


class InPlace:
    channel_id: Mapped[str] = mapped_column(sort_order=-1)
    thread_ts: Mapped[str] = mapped_column(sort_order=-1)

    @declared_attr
    def place(self) -> Mapped[Place]:
        return composite("channel_id", "thread_ts")


class Numbered:
    """Rows that are read in the order in which they were written."""

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, sort_order=-3)
