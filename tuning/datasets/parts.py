"""The training, the validation and the test part of a dataset.

A part's id says how it is made, for example `ds_1-v1.train.80.7`: the training part, 80 % of the examples of
`ds_1-v1`, drawn with seed 7; in `ds_1-v1.test.10.7` it is the test part's own share, and `ds_1-v1.train.80.7.of25` is
a quarter of the training part. So a job can name its parts
before they exist, and making them twice makes them once.

What is in a test part of any version of a dataset is in no training or validation part that is made after it.
"""

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Final

from storage.datasets import DatasetStore
from storage.files import FileStore
from storage.rows import DatasetVersion, Tenant
from tuning.datasets.check import examine
from tuning.datasets.chunks import chunks_of, opener
from tuning.datasets.options import CheckOptions
from tuning.datasets.provider_facts import PROVIDER_FACTS
from tuning.datasets.remembered import Remembered
from tuning.datasets.split import SIDES, Shares, Side, SplitImpossible, split, write_split
from tuning.datasets.stored import check_stored
from tuning.errors import DatasetNotFound, SplitTooSmall

_PART_ID: Final = re.compile(
    r"(?P<whole>.+)\.(?P<name>train|validation|test)\.(?P<percent>\d{1,2})\.(?P<seed>\d+)(?:\.of(?P<portion>25|50))?"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One side of a split."""

    whole_id: str
    """The version that is split."""
    name: Side
    percent: int
    """That is trained on; of a test part, that is in it."""
    seed: int
    portion_percent: int = 100
    """Of a training part, how much of it; see `PORTIONS_PERCENT`."""

    @property
    def id(self) -> str:
        portion = "" if self.portion_percent == 100 else f".of{self.portion_percent}"  # noqa: PLR2004 - the whole.
        return f"{self.whole_id}.{self.name}.{self.percent}.{self.seed}{portion}"

    @classmethod
    def from_id(cls, version_id: str) -> "Part | None":
        """The part that an id names, or None where it names a whole version."""
        match = _PART_ID.fullmatch(version_id)
        if match is None:
            return None
        name = next(side for side in SIDES if side == match["name"])
        return cls(match["whole"], name, int(match["percent"]), int(match["seed"]), int(match["portion"] or 100))

    @property
    def shares(self) -> Shares:
        return (
            Shares(0, self.percent) if self.name == "test" else Shares(100 - self.percent, portion=self.portion_percent)
        )


TEST: Final = "split:test"
"""The origin of test parts."""


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
        path, tests = await self.files.path(whole.sha256), await self.test_paths(whole)
        with tempfile.TemporaryFile() as content:
            try:
                await asyncio.to_thread(_write, path, part, tests, content)
            except SplitImpossible as error:
                raise SplitTooSmall(whole.file_name) from error
            return await self._store(whole, part, content)

    async def test_paths(self, version: DatasetVersion) -> list[Path]:
        """Where the bytes lie of every test part of any version of the dataset."""
        versions = await self.datasets.versions(version.tenant, version.dataset_id)
        return [await self.files.path(one.sha256) for one in versions if one.origin == TEST]

    async def _store(self, whole: DatasetVersion, part: Part, content: IO[bytes]) -> DatasetVersion:
        stored = await self.files.put(_chunks(content), whole.size_bytes + 1)
        stem, _, ending = whole.file_name.rpartition(".")
        file_name = f"{stem}-{part.name}.{ending}"
        # A part has as few rows as it has: it is held to nothing but its format.
        options = part_options(file_name, self.clock().date())
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


def part_options(file_name: str, today: date) -> CheckOptions:
    """What the files of a split are measured against: nothing but their format."""
    return CheckOptions(file_name, today, PROVIDER_FACTS["custom"])


def remembered(path: Path) -> Remembered:
    """What comparing a file with another needs."""
    with path.open("rb") as stream:
        return examine(chunks_of(stream), part_options("", date.min)).rows


def _write(path: Path, part: Part, tests: list[Path], content: IO[bytes]) -> None:
    kept = [remembered(test) for test in tests]
    made = split(opener(path), part_options("", date.min), part.shares, part.seed, kept)
    with path.open("rb") as stream:
        write_split(chunks_of(stream), made, {part.name: content})
    content.seek(0)


async def _chunks(content: IO[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks_of(content):
        yield chunk
