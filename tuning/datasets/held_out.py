"""Keeping apart what is learned and what is examined, for any two files: made by us, or chosen by hand."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from storage.datasets import DatasetStore
from storage.rows import DatasetVersion
from tuning.datasets.intake import Datasets
from tuning.datasets.parts import TEST, Parts, remembered
from tuning.datasets.rules.sides import Sides
from tuning.errors import LearnsTheTest, TestIsKept, ValidationLeaks

_MOST_BYTES_AT_ONCE: Final = 250_000
"""Of two files together that are compared while a form waits: Slack gives it three seconds, and this takes a fraction
of one."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Looks at the files of a job before any of them leaves the house."""

    parts: Parts

    async def require_apart(self, training: DatasetVersion, validation: DatasetVersion | None) -> None:
        """Let no job learn, or take along, what it is to be examined on.

        Raises:
            TestIsKept: a test part itself is to be uploaded.
            LearnsTheTest: rows of the dataset's test parts are in one of the files.
            ValidationLeaks: rows of the validation file are in the training file.
        """
        files = [version for version in (training, validation) if version is not None]
        for version in files:
            if version.origin == TEST:
                raise TestIsKept(version.file_name)
            await self._require_no_test_rows(version)
        if validation is not None and not _are_of_one_split(training, validation):
            paths = [await self.parts.files.path(version.sha256) for version in files]
            if found := await asyncio.to_thread(_shared, *paths):
                raise await _leak(self.parts.datasets, training, validation, *found)

    async def _require_no_test_rows(self, version: DatasetVersion) -> None:
        path = await self.parts.files.path(version.sha256)
        for test in await self.parts.test_paths(version):
            if found := await asyncio.to_thread(_shared, path, test):
                raise LearnsTheTest(version.file_name, *found)


async def leak_at_once(
    datasets: Datasets, training: DatasetVersion, validation: DatasetVersion
) -> ValidationLeaks | None:
    """What `require_apart` would say of two whole files, where that can be said while somebody waits.

    None for different files that are too large to compare now; the job's own start looks at them.
    """
    if training.sha256 == validation.sha256:
        return await _leak(datasets.store, training, validation, training.examples, 1)
    if training.size_bytes + validation.size_bytes > _MOST_BYTES_AT_ONCE:
        return None
    paths = [await datasets.files.path(version.sha256) for version in (training, validation)]
    found = await asyncio.to_thread(_shared, *paths)
    return await _leak(datasets.store, training, validation, *found) if found else None


async def _leak(
    store: DatasetStore, training: DatasetVersion, validation: DatasetVersion, rows: int, line: int
) -> ValidationLeaks:
    """The error with names that tell the two apart: uploads of the same file name are datasets of different names."""
    of_one = training.dataset_id == validation.dataset_id
    names = [await _named(store, version, with_number=of_one) for version in (training, validation)]
    return ValidationLeaks(names[0], names[1], rows, line)


async def _named(store: DatasetStore, version: DatasetVersion, *, with_number: bool) -> str:
    dataset = await store.get(version.tenant, version.dataset_id)
    if dataset is None or version.is_part:
        return version.file_name
    return f"{dataset.name} v{version.number}" if with_number else dataset.name


def _are_of_one_split(training: DatasetVersion, validation: DatasetVersion) -> bool:
    """Parts that were made together share nothing."""
    return training.is_part and validation.is_part and training.parent_id == validation.parent_id


def _shared(path: Path, other: Path) -> tuple[int, int] | None:
    """How many rows of a file say the same as a row of another, and the line of the first; None where none does."""
    ours = remembered(path)
    same = np.flatnonzero(Sides(ours, remembered(other), "").same_row >= 0)
    return (len(same), ours.line(int(same[0]))) if len(same) else None
