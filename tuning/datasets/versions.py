"""The versions of a dataset: listed, named, compared, and followed from a tuned model back to the rows that made it."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from storage.datasets import DatasetStore
from storage.errors import FileMissing
from storage.files import FileStore
from storage.jobs import JobStore
from storage.rows import Dataset, DatasetTag, DatasetVersion, Job, Model, Tenant
from tuning.access import Viewer, require_change
from tuning.datasets.apart import APART_BYTES, apart
from tuning.datasets.chunks import opener
from tuning.datasets.differences import Differences, differences
from tuning.datasets.intake import Datasets
from tuning.datasets.parts import Part
from tuning.errors import DatasetNotFound, TagUnfit, VersionNotFound

_TAG: Final = re.compile(r"[\w][\w.-]{0,39}")
_NUMBER: Final = re.compile(r"v?(\d{1,9})", re.IGNORECASE)
_SHORTEST_HASH: Final = 6


@dataclass(frozen=True, slots=True)
class Known:
    """One version with all that a list shows of it."""

    version: DatasetVersion
    tags: tuple[str, ...]
    made_from: int | None
    """The number of the version it was made of; None for an upload."""
    jobs: tuple[Job, ...]
    """Trained on it, or on a part of it."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where a version comes from: itself, then what it was made of, down to the upload."""

    dataset: Dataset
    versions: tuple[DatasetVersion, ...]


@dataclass(frozen=True, slots=True)
class Versions:
    """What people ask about versions."""

    datasets: Datasets
    store: DatasetStore
    files: FileStore
    jobs: JobStore
    clock: Callable[[], datetime]
    apart_bytes: int = APART_BYTES
    """From this size on, files are compared in a process of their own."""

    async def known(self, dataset: Dataset) -> list[Known]:
        """Every version of a dataset, the newest first; the parts of splits are with what they are part of."""
        versions = await self.store.versions(dataset.tenant, dataset.id)
        tags = await self.store.tags(dataset.tenant, dataset.id)
        jobs = await self.jobs.trained_on(dataset.tenant, dataset.id)
        numbers = {version.id: version.number for version in versions}
        return [
            Known(
                version,
                tuple(tag.name for tag in tags if tag.version_id == version.id),
                numbers.get(version.parent_id),
                tuple(job for job in jobs if _whole_id(job.request.training_version_id) == version.id),
            )
            for version in reversed(versions)
            if not version.is_part
        ]

    async def find(self, dataset: Dataset, text: str) -> DatasetVersion:
        """The version that is meant: `v2`, `2`, a tag, the beginning of its sha256, or nothing for the newest.

        Raises:
            VersionNotFound: there is none; it says which there are.
            DatasetNotFound: the dataset was deleted.
        """
        if not text:
            return await self.datasets.newest_version(dataset.tenant, dataset.id)
        versions = [one for one in await self.store.versions(dataset.tenant, dataset.id) if not one.is_part]
        tagged = {tag.name: tag.version_id for tag in await self.store.tags(dataset.tenant, dataset.id)}
        number = _NUMBER.fullmatch(text)
        for version in versions:
            is_named = version.id in {text, tagged.get(text)} or (number and version.number == int(number[1]))
            if is_named or (len(text) >= _SHORTEST_HASH and version.sha256.startswith(text.lower())):
                return version
        raise VersionNotFound(dataset.name, text, [f"v{one.number}" for one in versions])

    async def differences(self, old: DatasetVersion, new: DatasetVersion) -> Differences:
        """What is different between two versions, of one dataset or of two.

        Raises:
            DatasetNotFound: the bytes of one were deleted meanwhile.
        """
        try:
            paths = [await self.files.path(version.sha256) for version in (old, new)]
        except FileMissing as error:
            raise DatasetNotFound(old.file_name) from error
        is_long = max(old.size_bytes, new.size_bytes) >= self.apart_bytes
        return await apart(compare, *paths) if is_long else await asyncio.to_thread(compare, *paths)

    async def tag(self, viewer: Viewer, dataset: Dataset, version: DatasetVersion, name: str) -> DatasetTag:
        """Name a version; the name leaves the version that had it.

        Raises:
            NotAllowed: the dataset belongs to somebody else.
            TagUnfit: the name is too long, holds other signs than letters, digits, `.`, `_`, `-`, or reads like a number.
        """
        require_change(viewer.actor, dataset.owner_id, "revise")
        if not _TAG.fullmatch(name) or _NUMBER.fullmatch(name):
            raise TagUnfit(name)
        tag = DatasetTag(viewer.tenant, dataset.id, name, version.id, viewer.actor.user_id, self.clock())
        await self.store.tag(tag)
        return tag

    async def lineage(self, tenant: Tenant, version_id: str) -> Lineage:
        """A version with all that it was made of.

        Raises:
            DatasetNotFound: it was deleted.
        """
        version = await self.datasets.version(tenant, version_id)
        chain = [version]
        while chain[-1].parent_id and (parent := await self.store.version(tenant, chain[-1].parent_id)):
            chain.append(parent)
        return Lineage(await self.datasets.of_version(tenant, version_id), tuple(chain))

    async def that_made(self, model: Model) -> Lineage | None:
        """The version, or the part of one, whose rows a model was tuned on; None where its job is unknown.

        Raises:
            DatasetNotFound: it was deleted.
        """
        job = await self.jobs.get(model.tenant, model.job_id)
        return await self.lineage(model.tenant, job.request.training_version_id) if job else None


def _whole_id(version_id: str) -> str:
    part = Part.from_id(version_id)
    return part.whole_id if part else version_id


def compare(old: Path, new: Path) -> Differences:
    """The differences of two files, by their paths."""
    return differences(opener(old), opener(new))
