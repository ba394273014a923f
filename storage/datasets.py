"""Datasets and their versions."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, select

from storage.engine import Database
from storage.errors import DatasetGone
from storage.inserts import insert_if_new
from storage.names import best_match, insert_under_free_name
from storage.reading import read_all, read_first
from storage.rows import Dataset, DatasetTag, DatasetVersion, Tenant
from storage.snapshots import columns_of, key_of, row_of
from storage.tables import DatasetRecord, DatasetTagRecord, DatasetVersionRecord


class DatasetStore:
    """What a team has shared: each dataset under a name of its own, each version with its report."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, dataset: Dataset, version: DatasetVersion) -> Dataset:
        """Store a dataset with its first version, and return it under its final name.

        `marv` becomes `marv-2` where the team has a `marv` already. The same dataset id twice is one dataset.
        """
        async with self._database.writing() as session:
            await insert_under_free_name(session, DatasetRecord, columns_of(dataset))
            await insert_if_new(session, DatasetVersionRecord, columns_of(replace(version, number=1)))
            record = await session.get_one(DatasetRecord, key_of(dataset.tenant, dataset.id))
            return row_of(Dataset, record)

    async def add_version(self, version: DatasetVersion) -> DatasetVersion:
        """Store one more version under the next number; the same version id twice is one version.

        Raises:
            DatasetGone: the dataset was deleted meanwhile.
        """
        tenant = version.tenant
        async with self._database.writing() as session:
            # The lock makes versions that arrive together take their numbers in turn.
            if not await session.get(DatasetRecord, key_of(tenant, version.dataset_id), with_for_update=True):
                raise DatasetGone(version.dataset_id)
            newest = await session.scalar(
                select(func.max(DatasetVersionRecord.number)).where(
                    DatasetVersionRecord.tenant == tenant, DatasetVersionRecord.dataset_id == version.dataset_id
                )
            )
            numbered = replace(version, number=(newest or 0) + 1)
            await insert_if_new(session, DatasetVersionRecord, columns_of(numbered))
            record = await session.get_one(DatasetVersionRecord, key_of(tenant, version.id))
            return row_of(DatasetVersion, record)

    async def get(self, tenant: Tenant, dataset_id: str) -> Dataset | None:
        return await read_first(self._database, Dataset, _datasets_of(tenant).where(DatasetRecord.id == dataset_id))

    async def find(self, tenant: Tenant, text: str) -> Dataset | None:
        """The dataset somebody means by its id or its name, in upper or lower case."""
        query = best_match(_datasets_of(tenant), text, DatasetRecord.name, DatasetRecord.id)
        return await read_first(self._database, Dataset, query)

    async def recent(self, tenant: Tenant, limit: int = 100) -> list[Dataset]:
        """The team's datasets, newest first."""
        return await read_all(self._database, Dataset, _datasets_of(tenant).limit(limit))

    async def shared_as(self, tenant: Tenant, slack_file_id: str) -> list[Dataset]:
        """The datasets that were made of one file in Slack."""
        return await read_all(
            self._database, Dataset, _datasets_of(tenant).where(DatasetRecord.slack_file_id == slack_file_id)
        )

    async def made_before(self, moment: datetime) -> list[Dataset]:
        """The datasets of all teams of which no version is newer, oldest first."""
        newer = select(DatasetVersionRecord.id).where(
            DatasetVersionRecord.team_id == DatasetRecord.team_id,
            DatasetVersionRecord.enterprise_id == DatasetRecord.enterprise_id,
            DatasetVersionRecord.dataset_id == DatasetRecord.id,
            DatasetVersionRecord.created_at >= moment,
        )
        is_old = (DatasetRecord.created_at < moment, ~newer.exists())
        query = select(DatasetRecord).where(*is_old).order_by(DatasetRecord.created_at, DatasetRecord.id)
        return await read_all(self._database, Dataset, query)

    async def version(self, tenant: Tenant, version_id: str) -> DatasetVersion | None:
        query = _versions_of(tenant).where(DatasetVersionRecord.id == version_id)
        return await read_first(self._database, DatasetVersion, query)

    async def versions(self, tenant: Tenant, dataset_id: str) -> list[DatasetVersion]:
        """All versions of one dataset, by number."""
        query = _versions_of(tenant).where(DatasetVersionRecord.dataset_id == dataset_id)
        return await read_all(self._database, DatasetVersion, query.order_by(DatasetVersionRecord.number))

    async def with_bytes(self, tenant: Tenant, sha256: str) -> list[DatasetVersion]:
        """The versions of all datasets that have these bytes, the first one first."""
        query = _versions_of(tenant).where(DatasetVersionRecord.sha256 == sha256)
        return await read_all(
            self._database, DatasetVersion, query.order_by(DatasetVersionRecord.created_at, DatasetVersionRecord.id)
        )

    async def uses(self, sha256: str) -> bool:
        """Whether a version of any team has these bytes."""
        query = select(DatasetVersionRecord).where(DatasetVersionRecord.sha256 == sha256).limit(1)
        return await read_first(self._database, DatasetVersion, query) is not None

    async def children(self, tenant: Tenant, version_id: str) -> list[DatasetVersion]:
        """What was derived from a version: its parts, and what it was repaired or converted to."""
        query = _versions_of(tenant).where(DatasetVersionRecord.parent_id == version_id)
        return await read_all(self._database, DatasetVersion, query.order_by(DatasetVersionRecord.number))

    async def merged(self, tenant: Tenant) -> list[DatasetVersion]:
        """The versions of all datasets that were put together of two, the oldest first."""
        query = _versions_of(tenant).where(DatasetVersionRecord.origin == "merge")
        return await read_all(
            self._database, DatasetVersion, query.order_by(DatasetVersionRecord.created_at, DatasetVersionRecord.id)
        )

    async def tag(self, tag: DatasetTag) -> None:
        """Give a name to a version; a name that another version of the dataset has moves over.

        Raises:
            DatasetGone: the dataset was deleted meanwhile.
        """
        async with self._database.writing() as session:
            if not await session.get(DatasetRecord, key_of(tag.tenant, tag.dataset_id), with_for_update=True):
                raise DatasetGone(tag.dataset_id)
            await session.execute(
                delete(DatasetTagRecord).where(
                    DatasetTagRecord.tenant == tag.tenant,
                    DatasetTagRecord.dataset_id == tag.dataset_id,
                    DatasetTagRecord.name == tag.name,
                )
            )
            await insert_if_new(session, DatasetTagRecord, columns_of(tag))

    async def tags(self, tenant: Tenant, dataset_id: str) -> list[DatasetTag]:
        """The names of a dataset's versions, by name."""
        tags = DatasetTagRecord
        query = select(tags).where(tags.tenant == tenant, tags.dataset_id == dataset_id).order_by(tags.name)
        return await read_all(self._database, DatasetTag, query)

    async def tagged(self, tenant: Tenant, names: Collection[str]) -> list[tuple[str, DatasetVersion]]:
        """The versions of all datasets that have one of these names, each with its name."""
        query = select(DatasetTagRecord).where(DatasetTagRecord.tenant == tenant, DatasetTagRecord.name.in_(names))
        tags = await read_all(self._database, DatasetTag, query)
        wanted = _versions_of(tenant).where(DatasetVersionRecord.id.in_([tag.version_id for tag in tags]))
        found = {version.id: version for version in await read_all(self._database, DatasetVersion, wanted)}
        return [(tag.name, found[tag.version_id]) for tag in tags if tag.version_id in found]

    async def delete(self, tenant: Tenant, dataset_id: str) -> list[str]:
        """Delete a dataset with all its versions.

        Returns the sha256 of those bytes that no version of any team uses any more, for the file store to delete.
        """
        versions, datasets = DatasetVersionRecord, DatasetRecord
        async with self._database.writing() as session:
            deleted = await session.scalars(
                delete(versions)
                .where(versions.tenant == tenant, versions.dataset_id == dataset_id)
                .returning(versions.sha256)
            )
            hashes = sorted(set(deleted))
            await session.execute(delete(datasets).where(datasets.tenant == tenant, datasets.id == dataset_id))
            in_use = set(await session.scalars(select(versions.sha256).where(versions.sha256.in_(hashes))))
            return [sha256 for sha256 in hashes if sha256 not in in_use]


def _datasets_of(tenant: Tenant) -> Select[Any]:
    newest_first = (DatasetRecord.created_at.desc(), DatasetRecord.id.desc())
    return select(DatasetRecord).where(DatasetRecord.tenant == tenant).order_by(*newest_first)


def _versions_of(tenant: Tenant) -> Select[Any]:
    return select(DatasetVersionRecord).where(DatasetVersionRecord.tenant == tenant)
