"""Tuned models, and what they were asked."""

from datetime import datetime

from sqlalchemy import Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from storage.rows import DatasetFormat, TurnState
from storage.tables.records import TENANT, InPlace, OfTenant, Record


class ModelRecord(OfTenant, InPlace, Record):
    __tablename__ = "models"
    __table_args__ = (
        PrimaryKeyConstraint(*TENANT, "id"),
        UniqueConstraint(*TENANT, "name"),
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
        PrimaryKeyConstraint(*TENANT, "id"),
        UniqueConstraint(*TENANT, "channel_id", "message_ts"),
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
