"""Which process does what only one may do at a time."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.records import Record


class LeaseRecord(Record):
    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    epoch: Mapped[int] = mapped_column(BigInteger)
    held_until: Mapped[datetime]
