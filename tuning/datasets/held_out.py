"""Keeping apart what is learned and what is examined, for any two files: made by us, or chosen by hand."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from storage.rows import DatasetVersion
from tuning.datasets.parts import TEST, Parts, remembered
from tuning.datasets.rules.sides import Sides
from tuning.errors import LearnsTheTest, TestIsKept, ValidationLeaks


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
                raise ValidationLeaks(training.file_name, validation.file_name, *found)

    async def _require_no_test_rows(self, version: DatasetVersion) -> None:
        path = await self.parts.files.path(version.sha256)
        for test in await self.parts.test_paths(version):
            if found := await asyncio.to_thread(_shared, path, test):
                raise LearnsTheTest(version.file_name, *found)


def _are_of_one_split(training: DatasetVersion, validation: DatasetVersion) -> bool:
    """Parts that were made together share nothing."""
    return training.is_part and validation.is_part and training.parent_id == validation.parent_id


def _shared(path: Path, other: Path) -> tuple[int, int] | None:
    """How many rows of a file say the same as a row of another, and the line of the first; None where none does."""
    ours = remembered(path)
    same = np.flatnonzero(Sides(ours, remembered(other), "").same_row >= 0)
    return (len(same), ours.line(int(same[0]))) if len(same) else None
