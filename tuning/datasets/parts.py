"""The training and the validation part of a dataset.

A part's id says how it is made, for example `ds_1-v1.train.80.7`: the training part, 80 % of the examples of
`ds_1-v1`, drawn with seed 7. So a job can name its parts before they exist, and making them twice makes them once.
"""

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Final, Literal, TypeAlias

from storage.datasets import DatasetStore
from storage.files import FileStore
from storage.rows import DatasetVersion, Tenant
from tuning.datasets.chunks import chunks_of
from tuning.datasets.options import CheckOptions
from tuning.datasets.provider_facts import PROVIDER_FACTS
from tuning.datasets.split import SplitImpossible, split, write_split
from tuning.datasets.stored import check_stored
from tuning.errors import DatasetNotFound, SplitTooSmall

PartName: TypeAlias = Literal["train", "validation"]

_PART_ID: Final = re.compile(r"(?P<whole>.+)\.(?P<name>train|validation)\.(?P<percent>\d{1,2})\.(?P<seed>\d+)")


@dataclass(frozen=True, slots=True)
class Part:
    """One side of a split."""

    whole_id: str
    """The version that is split."""
    name: PartName
    train_percent: int
    seed: int

    @property
    def id(self) -> str:
        return f"{self.whole_id}.{self.name}.{self.train_percent}.{self.seed}"

    @classmethod
    def from_id(cls, version_id: str) -> "Part | None":
        """The part that an id names, or None where it names a whole version."""
        match = _PART_ID.fullmatch(version_id)
        if match is None:
            return None
        name: PartName = "train" if match["name"] == "train" else "validation"
        return cls(match["whole"], name, int(match["percent"]), int(match["seed"]))


def parts_of(version_id: str, *, train_percent: int, seed: int) -> tuple[Part, Part]:
    """The training and the validation part of a version."""
    return Part(version_id, "train", train_percent, seed), Part(version_id, "validation", train_percent, seed)


@dataclass(frozen=True, slots=True)
class Parts:
    """Makes the parts of datasets when they are needed."""

    datasets: DatasetStore
    files: FileStore
    clock: Callable[[], datetime]

    async def ensure(self, tenant: Tenant, version_id: str) -> DatasetVersion:
        """The version of that id, made now if it is a part that doesn't exist yet.

        Raises:
            DatasetNotFound: it, or the version it is a part of, was deleted.
            SplitTooSmall: one part would be empty.
            storage.errors.StorageError: the dataset or its bytes were deleted just now.
        """
        version = await self.datasets.version(tenant, version_id)
        part = Part.from_id(version_id)
        if version is not None or part is None:
            return _found(version, version_id)
        whole = _found(await self.datasets.version(tenant, part.whole_id), part.whole_id)
        path = await self.files.path(whole.sha256)
        with tempfile.TemporaryFile() as training, tempfile.TemporaryFile() as validation:
            try:
                await asyncio.to_thread(_write, path, part, training, validation)
            except SplitImpossible as error:
                raise SplitTooSmall(whole.file_name) from error
            return await self._store(whole, part, training if part.name == "train" else validation)

    async def _store(self, whole: DatasetVersion, part: Part, content: IO[bytes]) -> DatasetVersion:
        stored = await self.files.put(_chunks(content), whole.size_bytes + 1)
        stem, _, ending = whole.file_name.rpartition(".")
        file_name = f"{stem}-{part.name}.{ending}"
        # A part has as few rows as it has: it is held to nothing but its format.
        options = CheckOptions(file_name, self.clock().date(), PROVIDER_FACTS["custom"])
        report = await check_stored(self.files, stored.sha256, options)
        return await self.datasets.add_version(
            DatasetVersion(
                id=part.id,
                tenant=whole.tenant,
                dataset_id=whole.dataset_id,
                number=0,
                file_name=file_name,
                sha256=stored.sha256,
                size_bytes=stored.size_bytes,
                format=whole.format,
                examples=report.examples,
                is_ready=report.is_ready,
                report=report.to_json(),
                origin=f"split:{part.name}",
                parent_id=whole.id,
                created_at=self.clock(),
            )
        )


def _found(version: DatasetVersion | None, version_id: str) -> DatasetVersion:
    if version is None:
        raise DatasetNotFound(version_id)
    return version


def _write(path: Path, part: Part, training: IO[bytes], validation: IO[bytes]) -> None:
    with path.open("rb") as stream:
        parts = split(chunks_of(stream), part.seed, part.train_percent)
        stream.seek(0)
        write_split(chunks_of(stream), parts, training, validation)
    training.seek(0)
    validation.seek(0)


async def _chunks(content: IO[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks_of(content):
        yield chunk
