"""Prompts that were tried on datasets."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped

from storage.rows import JSON
from storage.tables.records import TENANT, InPlace, OfTenant, Record


class TrialRecord(OfTenant, InPlace, Record):
    """Goes with its dataset, whose rows it holds."""

    __tablename__ = "trials"
    __table_args__ = (
        PrimaryKeyConstraint(*TENANT, "id"),
        ForeignKeyConstraint(
            [*TENANT, "dataset_id"], [f"datasets.{column}" for column in (*TENANT, "id")], ondelete="CASCADE"
        ),
        Index(None, *TENANT, "dataset_id"),
    )

    id: Mapped[str]
    dataset_id: Mapped[str]
    version_id: Mapped[str]
    owner_id: Mapped[str]
    provider: Mapped[str]
    model: Mapped[str]
    use: Mapped[str]
    prompt: Mapped[str]
    created_at: Mapped[datetime]
    outcome: Mapped[JSON]
