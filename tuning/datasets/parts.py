"""The training and the validation part of a dataset.

A part's id says how it is made, for example `ds_1-v1.train.80.7`: the training part, 80 % of the examples of
`ds_1-v1`, drawn with seed 7. So a job can name its parts before they exist, and making them twice makes them once.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from storage.datasets import DatasetStore
from storage.files import FileStore
from storage.rows import DatasetVersion, Tenant
from tuning.datasets.options import CheckOptions
from tuning.datasets.stored import check_stored
from tuning.errors import DatasetNotFound

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
