"""The tables. These classes never leave `storage`: stores turn them into the rows of `storage.rows`.

Every key of a team's row begins with its tenant, so that no id can ever lead into another team's data.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Enum,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)
from sqlalchemy import types as sql_types
from sqlalchemy.orm import DeclarativeBase, Mapped, composite, declared_attr, mapped_column

from storage.column_types import AnyText, Money, RequestJSON, UtcDateTime
from storage.database_clock import database_now
from storage.rows import JSON, ChangeKind, DatasetFormat, DeliveryState, JobRequest, JobStatus, Place, Tenant, TurnState

_TENANT = ("team_id", "enterprise_id")
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


class DatasetRecord(OfTenant, InPlace, Record):
    __tablename__ = "datasets"
    __table_args__ = (PrimaryKeyConstraint(*_TENANT, "id"), UniqueConstraint(*_TENANT, "name"))

    id: Mapped[str]
    name: Mapped[str]
    owner_id: Mapped[str]
    slack_file_id: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[datetime]


class DatasetVersionRecord(OfTenant, Record):
    __tablename__ = "dataset_versions"
    __table_args__ = (
        PrimaryKeyConstraint(*_TENANT, "id"),
        UniqueConstraint(*_TENANT, "dataset_id", "number"),
        ForeignKeyConstraint([*_TENANT, "dataset_id"], [f"datasets.{column}" for column in (*_TENANT, "id")]),
    )

    id: Mapped[str]
    dataset_id: Mapped[str]
    number: Mapped[int]
    file_name: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    format: Mapped[DatasetFormat]
    examples: Mapped[int]
    is_ready: Mapped[bool]
    report: Mapped[JSON]
    origin: Mapped[str]
    parent_id: Mapped[str]
    created_at: Mapped[datetime]


class ProviderFileRecord(OfTenant, Record):
    __tablename__ = "provider_files"
    __table_args__ = (PrimaryKeyConstraint(*_TENANT, "account", "sha256"),)

    account: Mapped[str]
    sha256: Mapped[str]
    file_id: Mapped[str]


class JobRecord(OfTenant, InPlace, Record):
    __tablename__ = "jobs"
    __table_args__ = (
        PrimaryKeyConstraint(*_TENANT, "id"),
        UniqueConstraint(*_TENANT, "name"),
        Index(None, "status"),
        Index(None, *_TENANT, "created_at"),
        Index(None, "channel_id", "thread_ts"),
    )

    id: Mapped[str]
    name: Mapped[str]
    owner_id: Mapped[str]
    request: Mapped[JobRequest]
    created_at: Mapped[datetime]
    status: Mapped[JobStatus]
    provider_job_id: Mapped[str]
    training_file_id: Mapped[str]
    validation_file_id: Mapped[str]
    fine_tuned_model: Mapped[str]
    hyperparameters: Mapped[JSON]
    estimated_tokens: Mapped[int | None] = mapped_column(BigInteger)
    estimated_usd: Mapped[Decimal | None]
    trained_tokens: Mapped[int | None] = mapped_column(BigInteger)
    error_code: Mapped[str]
    error_message: Mapped[str]
    status_since: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    estimated_finish_at: Mapped[datetime | None]
    last_heard_at: Mapped[datetime | None]
    is_cancel_requested: Mapped[bool]
    step: Mapped[int | None]
    total_steps: Mapped[int | None]
    training_loss: Mapped[float | None]
    validation_loss: Mapped[float | None]
    comparison: Mapped[JSON | None]


class JobEventRecord(OfTenant, Numbered, Record):
    __tablename__ = "job_events"
    __table_args__ = (
        UniqueConstraint(*_TENANT, "job_id", "event_id"),
        ForeignKeyConstraint([*_TENANT, "job_id"], [f"jobs.{column}" for column in (*_TENANT, "id")]),
    )

    job_id: Mapped[str]
    event_id: Mapped[str]
    created_at: Mapped[datetime]
    level: Mapped[str]
    type: Mapped[str]
    message: Mapped[str]
    data: Mapped[JSON]


class ChangeRecord(OfTenant, Numbered, Record):
    __tablename__ = "changes"
    __table_args__ = (UniqueConstraint(*_TENANT, "key"), Index(None, "is_waiting", "id"))

    subject: Mapped[str]
    kind: Mapped[ChangeKind]
    key: Mapped[str]
    parameters: Mapped[JSON]
    created_at: Mapped[datetime] = mapped_column(insert_default=database_now())
    revision: Mapped[int] = mapped_column(insert_default=1)
    is_waiting: Mapped[bool] = mapped_column(insert_default=True)


class DeliveryRecord(OfTenant, InPlace, Numbered, Record):
    __tablename__ = "deliveries"
    __table_args__ = (UniqueConstraint(*_TENANT, "key"), Index(None, "state", "due_at"))

    key: Mapped[str]
    message_ts: Mapped[str]
    payload: Mapped[JSON]
    revision: Mapped[int]
    sent_revision: Mapped[int]
    state: Mapped[DeliveryState]
    attempts: Mapped[int]
    due_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    error: Mapped[str]


class ModelRecord(OfTenant, InPlace, Record):
    __tablename__ = "models"
    __table_args__ = (
        PrimaryKeyConstraint(*_TENANT, "id"),
        UniqueConstraint(*_TENANT, "name"),
        Index(None, "channel_id", "thread_ts"),
    )

    id: Mapped[str]
    name: Mapped[str]
    provider: Mapped[str]
    job_id: Mapped[str]
    base_model: Mapped[str]
    owner_id: Mapped[str]
    format: Mapped[DatasetFormat]
    system_prompt: Mapped[str]
    prompt_separator: Mapped[str]
    completion_stop: Mapped[str]
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    served_as: Mapped[str]


class TurnRecord(OfTenant, InPlace, Record):
    __tablename__ = "turns"
    __table_args__ = (
        PrimaryKeyConstraint(*_TENANT, "id"),
        UniqueConstraint(*_TENANT, "channel_id", "message_ts"),
        Index(None, "channel_id", "thread_ts"),
        Index(None, "state"),
    )

    id: Mapped[str]
    model_id: Mapped[str]
    asked_by: Mapped[str]
    message_ts: Mapped[str]
    question: Mapped[str]
    answer: Mapped[str]
    answer_ts: Mapped[str]
    state: Mapped[TurnState]
    created_at: Mapped[datetime]


class PersonRecord(OfTenant, Record):
    __tablename__ = "people"
    __table_args__ = (PrimaryKeyConstraint(*_TENANT, "user_id"),)

    user_id: Mapped[str]
    locale: Mapped[str]
    is_admin: Mapped[bool]
    is_guest: Mapped[bool]
    fetched_at: Mapped[datetime]


class PreferenceRecord(OfTenant, Record):
    __tablename__ = "preferences"
    __table_args__ = (PrimaryKeyConstraint(*_TENANT, "user_id"),)

    user_id: Mapped[str]
    language: Mapped[str]


class LeaseRecord(Record):
    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    epoch: Mapped[int] = mapped_column(BigInteger)
    held_until: Mapped[datetime]


class InboxRecord(OfTenant, InboxBase):
    __tablename__ = "inbox"
    __table_args__ = (
        PrimaryKeyConstraint("app_id", "event_id"),
        # Only unhandled rows are in this index, so that finding them stays quick while handled ids pile up.
        Index(
            "inbox_waiting",
            "received_at",
            sqlite_where=text("body IS NOT NULL"),
            postgresql_where=text("body IS NOT NULL"),
        ),
        Index(None, "received_at"),
    )

    app_id: Mapped[str]
    event_id: Mapped[str]
    body: Mapped[JSON | None]
    received_at: Mapped[datetime]
    attempts: Mapped[int]
    due_at: Mapped[datetime | None]
    """Empty until a first attempt failed: due at once."""
    claimed_by: Mapped[str | None]
    """The process that handles it."""
    claimed_until: Mapped[datetime | None]
    """When that process is taken to be dead, unless it says until then that it lives."""
