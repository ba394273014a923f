"""Datasets, their versions, and the files that providers hold of them."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.rows import JSON, DatasetFormat
from storage.tables.records import TENANT, InPlace, OfTenant, Record


class DatasetRecord(OfTenant, InPlace, Record):
    __tablename__ = "datasets"
    __table_args__ = (PrimaryKeyConstraint(*TENANT, "id"), UniqueConstraint(*TENANT, "name"))

    id: Mapped[str]
    name: Mapped[str]
    owner_id: Mapped[str]
    slack_file_id: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[datetime]


class DatasetVersionRecord(OfTenant, Record):
    __tablename__ = "dataset_versions"
    __table_args__ = (
        PrimaryKeyConstraint(*TENANT, "id"),
        UniqueConstraint(*TENANT, "dataset_id", "number"),
        ForeignKeyConstraint([*TENANT, "dataset_id"], [f"datasets.{column}" for column in (*TENANT, "id")]),
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
    lineage: Mapped[JSON] = mapped_column(server_default="{}")


class DatasetTagRecord(OfTenant, Record):
    __tablename__ = "dataset_tags"
    __table_args__ = (
        PrimaryKeyConstraint(*TENANT, "dataset_id", "name"),
        ForeignKeyConstraint(
            [*TENANT, "dataset_id"],
            [f"datasets.{column}" for column in (*TENANT, "id")],
            ondelete="CASCADE",
        ),
    )

    dataset_id: Mapped[str]
    name: Mapped[str]
    version_id: Mapped[str]
    user_id: Mapped[str]
    created_at: Mapped[datetime]


class ProviderFileRecord(OfTenant, Record):
    __tablename__ = "provider_files"
    __table_args__ = (PrimaryKeyConstraint(*TENANT, "account", "sha256"),)

    account: Mapped[str]
    sha256: Mapped[str]
    file_id: Mapped[str]
