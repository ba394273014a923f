"""Rules on a training file beside the file that is held out from it: leaks, and whether the two are alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from storage.rows import DatasetFormat
from tuning.datasets.near_duplicates import similar_to
from tuning.datasets.remembered import Remembered
from tuning.datasets.rules import Fault, rule
from tuning.datasets.statistics import different_counts, different_distributions

NEAR_A_TEST_PROMPT = 0.9
"""The similarity from which a training row gives a held-out one away."""

SURELY = 0.001
"""Below this chance two samples of one kind differ so much."""

FEWEST_HELD_OUT_ROWS, LARGEST_HELD_OUT_PER_CENT = 10, 30
"""Of the training file's rows. Our choice."""

_FEWEST_ROWS = 10


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many rows the two files have."""

    training: int
    held_out: int

    @property
    def is_held_out_weak(self) -> bool:
        """Whether so few rows are held out that they say nothing, or so many that training misses them."""
        return self.held_out < FEWEST_HELD_OUT_ROWS or self.held_out * 100 > self.training * LARGEST_HELD_OUT_PER_CENT


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What is known of the two files without reading them together."""

    training_format: DatasetFormat
    held_out_format: DatasetFormat
    is_same_file: bool
    sizes: Sizes
    split: tuple[int, int, int] | None = None
    """Rows trained on, rows held out, and the seed, where we made the split ourselves."""


@dataclass(frozen=True)
class Sides:
    """The rows of both files."""

    training: Remembered
    held_out: Remembered
    file_name: str
    """Of the held-out file."""

    @cached_property
    def same_row(self) -> NDArray[np.int64]:
        """For each training row the held-out row that says the same; -1 where there is none."""
        return self._found_in("row")

    @cached_property
    def same_question(self) -> NDArray[np.int64]:
        """The same for rows with the same question; without questions nothing can be compared."""
        found = self._found_in("asked")
        return np.where(self.training.rows.column("has_question") == 1, found, -1)

    @cached_property
    def same_conversation(self) -> NDArray[np.int64]:
        """The same for rows that begin with the same exchange, or bear the same mark of a group."""
        return self._found_in("group")

    def _found_in(self, name: str) -> NDArray[np.int64]:
        ours, theirs = self.training.rows.column(name), self.held_out.rows.column(name)
        if not len(theirs):
            return np.full(len(ours), -1)
        values, first = np.unique(theirs, return_index=True)
        at = np.minimum(np.searchsorted(values, ours), len(values) - 1)
        return np.where((values[at] == ours) & (ours != 0), first[at], -1)

    def fault(self, index: int, other: int, severity: str | None = None) -> Fault:
        place = self.training.place(index)
        parameters: dict[str, str | int] = {"file": self.file_name, "other": self.held_out.line(other)}
        is_warning = severity == "W"
        return Fault(
            line=place["line"], example=place["example"], severity="W" if is_warning else None, parameters=parameters
        )


@rule("V001")
def leaked_row(sides: Sides) -> Iterator[Fault]:
    """A row on both sides: the model is examined on what it was taught."""
    for index in np.flatnonzero(sides.same_row >= 0).tolist():
        yield sides.fault(index, int(sides.same_row[index]))


@rule("V002")
def leaked_question(sides: Sides) -> Iterator[Fault]:
    """The same question with another answer, or a row that is nearly the same."""
    is_told = sides.same_row >= 0
    for index in np.flatnonzero((sides.same_question >= 0) & ~is_told).tolist():
        yield sides.fault(index, int(sides.same_question[index]))
    near = similar_to(sides.held_out.rows.sketches, sides.training.rows.sketches, NEAR_A_TEST_PROMPT)
    for index in np.flatnonzero((near >= 0) & (sides.same_question < 0) & ~is_told).tolist():
        yield sides.fault(index, int(near[index]), severity="W")


@rule("V003")
def divided_conversation(sides: Sides) -> Iterator[Fault]:
    """Rows of one conversation know each other's facts."""
    is_told = (sides.same_row >= 0) | (sides.same_question >= 0)
    for index in np.flatnonzero((sides.same_conversation >= 0) & ~is_told).tolist():
        yield sides.fault(index, int(sides.same_conversation[index]))


@rule("V005")
def unlike(sides: Sides) -> Iterator[Fault]:
    """A validation set that differs from what is trained on measures something else."""
    ours, theirs = sides.training.rows, sides.held_out.rows
    if min(len(ours), len(theirs)) < _FEWEST_ROWS:
        return
    if different_distributions(ours.column("tokens"), theirs.column("tokens")) < SURELY:
        yield Fault(phrases={"what": "sides.length"})
    counted = [("answer_script", "sides.language"), ("has_call", "sides.tools")]
    if ours.are_labels and theirs.are_labels:
        counted.append(("answer", "sides.label"))
    for name, what in counted:
        if different_counts(ours.column(name), theirs.column(name)) < SURELY:
            yield Fault(phrases={"what": what})


@rule("V004")
def other_format(held_out: HeldOut) -> Iterator[Fault]:
    """A job takes both files in one format."""
    if held_out.training_format is not held_out.held_out_format:
        formats = {"training": held_out.training_format, "held_out": held_out.held_out_format}
        yield Fault("validation_version_id", phrases={name: f"formats.{one}" for name, one in formats.items()})


@rule("V006")
def same_file(held_out: HeldOut) -> Iterator[Fault]:
    """Validated on what was learned, every model looks good."""
    if held_out.is_same_file:
        yield Fault("validation_version_id")


@rule("S007")
def few_or_many_held_out(held_out: HeldOut) -> Iterator[Fault]:
    """The job's own rule on its validation file, before there is a job; one file given twice is told as that."""
    if held_out.sizes.is_held_out_weak and not held_out.is_same_file:
        yield Fault("validation_version_id", parameters={"n": held_out.sizes.held_out})


@rule("V007")
def split_made(held_out: HeldOut) -> Iterator[Fault]:
    """How a split was made, so that it can be made again."""
    if held_out.split:
        training, kept, seed = held_out.split
        yield Fault(parameters={"training": training, "kept": kept, "seed": str(seed)})


ROW_RULES = (leaked_row, leaked_question, divided_conversation, unlike)
"""For two files that are not the same."""

FILE_RULES = (other_format, same_file, few_or_many_held_out, split_made)
"""For every pair of files."""
