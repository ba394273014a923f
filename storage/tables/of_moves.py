"""Models that move, and what they were asked for the sake of it."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped

from storage.rows import JSON, MoveState
from storage.tables.records import TENANT, InPlace, OfTenant, Record


class MoveRecord(OfTenant, InPlace, Record):
    __tablename__ = "moves"
    __table_args__ = (PrimaryKeyConstraint(*TENANT, "id"), Index(None, "state"))

    id: Mapped[str]
    model_id: Mapped[str]
    owner_id: Mapped[str]
    provider: Mapped[str]
    base_model: Mapped[str]
    created_at: Mapped[datetime]
    state_since: Mapped[datetime]
    state: Mapped[MoveState]
    n_epochs: Mapped[int | None]
    attempt: Mapped[int]
    version_id: Mapped[str]
    validation_version_id: Mapped[str]
    prompts_version_id: Mapped[str]
    budget: Mapped[Decimal | None]
    budget_unit: Mapped[str]
    terms_accepted_by: Mapped[str]
    terms_accepted_at: Mapped[datetime | None]
    job_id: Mapped[str]
    error_code: Mapped[str]
    error_parameters: Mapped[JSON]
    comparison: Mapped[JSON | None]


class SampleRecord(OfTenant, Record):
    __tablename__ = "move_samples"
    __table_args__ = (
        PrimaryKeyConstraint(*TENANT, "move_id", "number"),
        ForeignKeyConstraint([*TENANT, "move_id"], [f"moves.{name}" for name in (*TENANT, "id")], ondelete="CASCADE"),
    )

    move_id: Mapped[str]
    number: Mapped[int]
    cost: Mapped[Decimal]
    answer: Mapped[str | None]
    is_whole: Mapped[bool]
