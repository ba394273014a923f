"""Fine-tuning jobs and the events that their providers sent."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.rows import JSON, JobRequest, JobStatus
from storage.tables.records import TENANT, InPlace, Numbered, OfTenant, Record


class JobRecord(OfTenant, InPlace, Record):
    __tablename__ = "jobs"
    __table_args__ = (
        PrimaryKeyConstraint(*TENANT, "id"),
        UniqueConstraint(*TENANT, "name"),
        Index(None, "status"),
        Index(None, *TENANT, "created_at"),
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
        UniqueConstraint(*TENANT, "job_id", "event_id"),
        ForeignKeyConstraint([*TENANT, "job_id"], [f"jobs.{column}" for column in (*TENANT, "id")]),
    )

    job_id: Mapped[str]
    event_id: Mapped[str]
    created_at: Mapped[datetime]
    level: Mapped[str]
    type: Mapped[str]
    message: Mapped[str]
    data: Mapped[JSON]
