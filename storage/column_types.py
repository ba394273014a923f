"""How our values become columns, alike on SQLite and PostgreSQL."""

from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import DateTime, Dialect, Numeric, Text
from sqlalchemy.types import JSON, TypeDecorator, TypeEngine

from storage.rows import JobRequest


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC: `timestamptz` on PostgreSQL, text that sorts by time on SQLite.

    Raises:
        ValueError: a datetime without a time zone is to be stored.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; only aware datetimes are stored.")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Money(TypeDecorator[Decimal]):
    """US dollars, exact: `numeric` on PostgreSQL and text on SQLite, whose numbers are binary floats."""

    impl = Numeric()
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | str | None:
        return str(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Decimal | str | None, dialect: Dialect) -> Decimal | None:
        del dialect
        return None if value is None else Decimal(value)


class AnyText(TypeDecorator[str]):
    """Whatever people, files or models wrote: what no database can hold becomes U+FFFD.

    PostgreSQL's text can't hold the character with code zero
    (https://www.postgresql.org/docs/current/datatype-character.html), and neither database takes half a
    surrogate pair, which JSON can spell and a model's bytes can yield.
    """

    impl = Text()
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        del dialect
        if value is None or (value.isascii() and "\0" not in value):
            return value
        return value.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class RequestJSON(TypeDecorator[JobRequest]):
    """What was asked for when a job was started, as one JSON object."""

    impl = JSON()
    cache_ok = True

    def process_bind_param(self, value: JobRequest | None, dialect: Dialect) -> dict[str, Any] | None:
        del dialect
        return None if value is None else asdict(value)

    def process_result_value(self, value: dict[str, Any] | None, dialect: Dialect) -> JobRequest | None:
        del dialect
        return None if value is None else JobRequest(**value)
