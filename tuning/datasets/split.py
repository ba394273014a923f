"""Splitting a file into training, validation and test rows: by a seed, in like shares, and never related rows apart."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tuning.datasets.check import examine
from tuning.datasets.differences import Opened, canonical, filled_lines
from tuning.datasets.near_duplicates import similar_to
from tuning.datasets.options import CheckOptions
from tuning.datasets.remembered import Remembered, first_with_same
from tuning.datasets.rules.sides import NEAR_A_TEST_PROMPT, Sides

Side: TypeAlias = Literal["train", "validation", "test"]

SIDES: Final[tuple[Side, ...]] = ("train", "validation", "test")
SMALLEST_TRAIN_PER_CENT: Final = 70
LARGEST_TRAIN_PER_CENT: Final = 90
USUAL_TRAIN_PER_CENT: Final = 80
PORTIONS_PERCENT: Final = (25, 50, 100)
"""Of the training rows, for a learning curve: each is half of the next."""

_LARGEST_FAMILY: Final = 0.1
"""Of all rows. Where a template makes more of them alike, being alike says nothing about knowing each other."""
_QUARTILES: Final = (25, 50, 75)


class SplitImpossible(ValueError):
    """The file cannot be split as asked: the share is out of range, or it has fewer different rows than sides."""


@dataclass(frozen=True, slots=True)
class Shares:
    """How many of a hundred rows go where; what is left is trained on."""

    validation: int = 100 - USUAL_TRAIN_PER_CENT
    test: int = 0
    portion: int = 100
    """One of `PORTIONS_PERCENT`: so many of a hundred training rows are kept, the others are on no side."""

    @property
    def train(self) -> int:
        return 100 - self.validation - self.test

    def wanted(self) -> tuple[tuple[Side, int], ...]:
        """The sides that get rows, beside training."""
        both: tuple[tuple[Side, int], ...] = (("validation", self.validation), ("test", self.test))
        return tuple((side, share) for side, share in both if share)


@dataclass(frozen=True, slots=True)
class Split:
    """Which line goes where."""

    sides: Mapping[int, Side]
    """By physical line; lines that are on no side are left out."""
    left_out: int
    """Rows that belong to a test set made before, where none is made now."""

    def count(self, side: Side) -> int:
        return sum(one == side for one in self.sides.values())


def split(opened: Opened, options: CheckOptions, shares: Shares, seed: int, kept: Sequence[Remembered] = ()) -> Split:
    """Decide which rows are trained on and which are kept for validation and test.

    Rows that say the same, ask the same, nearly say the same, or come from one conversation stay together. Shares are
    alike for every label or length, script and use of tools. The same file and seed always give the same split, and
    adding rows moves few others.

    Args:
        opened: opens the file, which is read twice.
        seed: another seed gives another split.
        kept: test sets made before; rows that are in one, or related to it, are in the new test set or nowhere.

    Raises:
        SplitImpossible: see there.
    """
    if not SMALLEST_TRAIN_PER_CENT <= shares.train <= LARGEST_TRAIN_PER_CENT or min(shares.validation, shares.test) < 0:
        raise SplitImpossible(f"{shares.train} % is outside {SMALLEST_TRAIN_PER_CENT} to {LARGEST_TRAIN_PER_CENT} %")
    remembered = examine(opened(), options).rows
    families = _families(opened(), remembered, seed)
    is_kept = _related(remembered, kept)
    dealt = _dealt([family for family in families if not is_kept & family.lines], shares)
    sides: dict[int, Side] = {line: side for side, chosen in dealt for family in chosen for line in family.lines}
    known = [family for family in families if is_kept & family.lines]
    if shares.test:
        sides |= {line: "test" for family in known for line in family.lines}
    return Split(sides, 0 if shares.test else sum(len(family.lines) for family in known))


def write_split(chunks: Iterable[bytes], made: Split, targets: Mapping[Side, IO[bytes]]) -> None:
    """Write each side to its target: every row's JSON as it was, byte for byte, each ended by a newline alone."""
    for line in filled_lines(chunks):
        side = made.sides.get(line.number)
        if side is not None and side in targets:
            targets[side].write(line.content + b"\n")


@dataclass(frozen=True, slots=True)
class _Family:
    """Rows that must not be divided."""

    lines: frozenset[int]
    stratum: tuple[int, ...]
    """Families of one stratum are alike in what should be alike on all sides."""
    draw: bytes
    """Its place in the order that the seed draws."""


def _families(chunks: Iterable[bytes], remembered: Remembered, seed: int) -> list[_Family]:
    rows = remembered.rows
    lines = rows.column("line").tolist()
    leader = _leaders(remembered)
    strata = _strata(remembered)
    members: defaultdict[object, list[int]] = defaultdict(list)
    said: dict[object, bytes] = {}
    index_of = {line: index for index, line in enumerate(lines)}
    for line in filled_lines(chunks):
        index = index_of.get(line.number)
        content = canonical(line.content)
        # Rows without an answer, which nothing is remembered of, are related only if they are equal.
        family = content if index is None else int(leader[index])
        members[family].append(line.number)
        said[family] = min(said.get(family, content), content)
    return [
        _Family(
            frozenset(lines_of),
            strata[family] if isinstance(family, int) else (),
            hashlib.blake2b(str(seed).encode() + b"/" + said[family], digest_size=16).digest(),
        )
        for family, lines_of in members.items()
    ]


def _leaders(remembered: Remembered) -> NDArray[np.int64]:
    """For each row the first row of its family."""
    rows = remembered.rows
    leader = np.arange(len(rows))
    asked = np.where(rows.column("has_question") == 1, first_with_same(rows.column("asked")), leader)
    group = np.where(rows.column("group") != 0, first_with_same(rows.column("group")), leader)
    largest = max(int(len(rows) * _LARGEST_FAMILY), 2)
    _join(leader, rows.first_of_row, largest=len(rows))
    for relation in (asked, group, rows.leaders):
        _join(leader, relation, largest)
    return np.array([_root(leader, index) for index in range(len(leader))], np.int64)


def _join(leader: NDArray[np.int64], first: NDArray[np.int64], largest: int) -> None:
    """Put rows into the family of the row that they are related to, unless too many are."""
    sizes = Counter(first.tolist())
    for index in np.flatnonzero(first != np.arange(len(first))).tolist():
        if sizes[int(first[index])] <= largest:
            one, other = _root(leader, index), _root(leader, int(first[index]))
            leader[max(one, other)] = min(one, other)


def _root(leader: NDArray[np.int64], index: int) -> int:
    while leader[index] != index:
        leader[index] = leader[leader[index]]
        index = int(leader[index])
    return index


def _strata(remembered: Remembered) -> list[tuple[int, ...]]:
    rows = remembered.rows
    if not len(rows):
        return []
    tokens = rows.column("tokens")
    kind = rows.column("answer") if rows.are_labels else np.searchsorted(np.percentile(tokens, _QUARTILES), tokens)
    columns = (kind, rows.column("answer_script"), rows.column("has_call"))
    return [tuple(map(int, stratum)) for stratum in zip(*columns, strict=True)]


def _related(remembered: Remembered, kept: Sequence[Remembered]) -> frozenset[int]:
    """The lines of rows that a test set has, asks, or nearly says."""
    lines: set[int] = set()
    for test in kept:
        both = Sides(remembered, test, "")
        near = similar_to(test.rows.sketches, remembered.rows.sketches, NEAR_A_TEST_PROMPT)
        is_related = (both.same_row >= 0) | (both.same_question >= 0) | (near >= 0)
        lines |= set(remembered.rows.column("line")[is_related].tolist())
    return frozenset(lines)


def _dealt(families: list[_Family], shares: Shares) -> Iterator[tuple[Side, list[_Family]]]:
    """Stratum by stratum, in the order drawn, as many as are still wanted; a side that is still empty gets the least."""
    left = sorted(families, key=lambda family: (family.stratum, family.draw))
    if len(left) <= len(shares.wanted()):
        raise SplitImpossible("the file has fewer different rows than sides")
    whole = sum(len(family.lines) for family in left)
    for side, share in shares.wanted():
        chosen = _chosen(left, share * whole / 100 / max(sum(len(family.lines) for family in left), 1))
        if not chosen:
            chosen = [min(left, key=lambda family: (len(family.lines), family.draw))]
        taken = set(map(id, chosen))
        left = [family for family in left if id(family) not in taken]
        yield side, chosen
    yield "train", _portion(left, shares.portion)


def _portion(families: list[_Family], percent: int) -> list[_Family]:
    """Halved until it is small enough, so that every smaller portion lies in every larger one."""
    while percent < 100:  # noqa: PLR2004 - the whole.
        families, percent = _chosen(families, 0.5) or families[:1], 2 * percent
    return families


def _chosen(families: list[_Family], share: float) -> list[_Family]:
    chosen: list[_Family] = []
    strata: defaultdict[tuple[int, ...], list[_Family]] = defaultdict(list)
    for family in families:
        strata[family.stratum].append(family)
    seen = taken = 0
    for stratum in strata.values():
        seen += sum(len(family.lines) for family in stratum)
        for family in stratum:
            if taken + len(family.lines) <= round(seen * share):
                chosen.append(family)
                taken += len(family.lines)
    return chosen
