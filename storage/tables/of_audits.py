"""What was decided, by whom."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from storage.rows import JSON
from storage.tables.records import TENANT, Numbered, OfTenant, Record


class AuditRecord(OfTenant, Numbered, Record):
    __tablename__ = "audits"
    __table_args__ = (UniqueConstraint(*TENANT, "key"), Index(None, *TENANT, "created_at"))

    key: Mapped[str]
    actor_id: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    created_at: Mapped[datetime]
    details: Mapped[JSON]
