"""What came from Slack, what goes there, and who is there."""

from datetime import datetime

from sqlalchemy import Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.database_clock import database_now
from storage.rows import JSON, ChangeKind, DeliveryState
from storage.tables.records import TENANT, InboxBase, InPlace, Numbered, OfTenant, Record


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


class ChangeRecord(OfTenant, Numbered, Record):
    __tablename__ = "changes"
    __table_args__ = (UniqueConstraint(*TENANT, "key"), Index(None, "is_waiting", "id"))

    subject: Mapped[str]
    kind: Mapped[ChangeKind]
    key: Mapped[str]
    parameters: Mapped[JSON]
    created_at: Mapped[datetime] = mapped_column(insert_default=database_now())
    revision: Mapped[int] = mapped_column(insert_default=1)
    is_waiting: Mapped[bool] = mapped_column(insert_default=True)


class DeliveryRecord(OfTenant, InPlace, Numbered, Record):
    __tablename__ = "deliveries"
    __table_args__ = (UniqueConstraint(*TENANT, "key"), Index(None, "state", "due_at"))

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


class PersonRecord(OfTenant, Record):
    __tablename__ = "people"
    __table_args__ = (PrimaryKeyConstraint(*TENANT, "user_id"),)

    user_id: Mapped[str]
    locale: Mapped[str]
    is_admin: Mapped[bool]
    is_guest: Mapped[bool]
    fetched_at: Mapped[datetime]


class PreferenceRecord(OfTenant, Record):
    __tablename__ = "preferences"
    __table_args__ = (PrimaryKeyConstraint(*TENANT, "user_id"),)

    user_id: Mapped[str]
    language: Mapped[str]
