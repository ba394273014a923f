"""Finding rows that are almost equal, in time that grows with the file and 64 bytes a row.

Every text is taken as the set of its 8-byte windows (eight Latin letters, not quite three Chinese characters) and
sketched by one-permutation MinHash (Li, Owen, Zhang: "One Permutation Hashing", 2012, with the rotation densification
of Shrivastava and Li, 2014): 64 bins, eight bits of the least hash in each. Two sketches agree in about as many bins
as the sets overlap (Jaccard), so four neighbouring bins that agree make a candidate (16 bands: at 0.85 missed once in
100,000 pairs), and the agreement of all 64 decides. Inside a band a row is compared with the first row of its bucket
alone, which keeps the work linear where a template makes thousands of rows half alike.
"""

from collections.abc import Iterator
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tuning.datasets.spooled import Spooled

SIMILARITY: Final = 0.85
"""The Jaccard similarity from which rows are near-duplicates. Our choice."""

SHORTEST_BYTES: Final = 64
"""Of a text; in a shorter one every change is a large one."""

_BINS: Final = 64
_WINDOW: Final = 8
_BAND_BYTES: Final = 4
_LONGEST_BYTES: Final = 16_384
"""A longer text is recognised by its beginning."""
_BATCH_BYTES: Final = 1 << 16
_NO_HASH: Final = np.uint64(0xFFFFFFFFFFFFFFFF)
_ODD: Final = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93))

Sketches: TypeAlias = NDArray[np.uint8]
"""One row a text, 64 bytes each."""


class Sketcher:
    """Sketches texts in batches: numpy's price per call is paid once for hundreds of rows."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._done: list[Sketches] = []
        self._spooled: Spooled | None = None

    def add(self, text: bytes) -> None:
        """Sketch a text in UTF-8."""
        content = text[:_LONGEST_BYTES]
        self._waiting.append(content)
        self._waiting_bytes += len(content)
        if self._waiting_bytes >= _BATCH_BYTES:
            self._flush()

    def absorb(self, later: "Sketcher") -> None:
        """Add the texts of a later piece of the file."""
        self._spooled = self._spooled or Spooled()
        self._spooled.add(later.sketches().tobytes())

    def sketches(self) -> Sketches:
        """One row for each text, in the order in which they were added; zeros for one that is too short."""
        self._flush()
        if self._spooled:
            self._done.append(np.frombuffer(self._spooled.take(), np.uint8).reshape(-1, _BINS))
            self._spooled = None
        return np.concatenate(self._done) if self._done else np.zeros((0, _BINS), np.uint8)

    def _flush(self) -> None:
        if self._waiting:
            self._done.append(_sketch(self._waiting))
            self._waiting, self._waiting_bytes = [], 0


def _sketch(texts: list[bytes]) -> Sketches:
    sketches = np.zeros((len(texts), _BINS), np.uint8)
    long = [index for index, text in enumerate(texts) if len(text) >= SHORTEST_BYTES]
    if not long:
        return sketches
    lengths = np.array([len(texts[index]) for index in long])
    hashes = _mixed(_windows(b"".join([texts[index] for index in long])))
    # The high bits choose the bin, the low ones are the rank in it.
    bins = (hashes >> np.uint64(58)) + np.repeat(np.arange(len(long), dtype=np.uint64) * np.uint64(_BINS), lengths)
    ranks = hashes << np.uint64(6)
    # A window that reaches into the next text counts for none.
    ranks[np.add.outer(np.cumsum(lengths), -np.arange(1, _WINDOW)).ravel()] = _NO_HASH
    least = np.full(len(long) * _BINS, _NO_HASH)
    np.minimum.at(least, bins.view(np.int64), ranks)
    sketches[long] = _without_gaps(least.reshape(len(long), _BINS))
    return sketches


def _windows(joined: bytes) -> NDArray[np.uint64]:
    """The eight bytes from every byte on, as numbers; zeros follow the last one."""
    columns = -(-len(joined) // _WINDOW)
    padded = joined + bytes(2 * _WINDOW)
    windows = np.empty((columns, _WINDOW), np.uint64)
    for offset in range(_WINDOW):
        windows[:, offset] = np.frombuffer(padded, "<u8", columns, offset)
    return windows.ravel()[: len(joined)]


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A bijection of 64 bits that scatters neighbours (two rounds of multiply and shift), in place."""
    for factor in _ODD:
        values *= factor
        values ^= values >> np.uint64(32)
    return values


def _without_gaps(least: NDArray[np.uint64]) -> Sketches:
    """Eight bits a bin; an empty bin borrows from the next one that has something, marked by the distance."""
    is_empty = least == _NO_HASH
    folded = (least >> np.uint64(24)).astype(np.uint8)
    for distance in range(1, _BINS):
        if not is_empty.any() or is_empty.all():
            break
        lenders = np.roll(least, -distance, axis=1)
        filled = is_empty & (lenders != _NO_HASH)
        borrowed = (np.roll(least, -distance, axis=1) >> np.uint64(24)).astype(np.uint8) + np.uint8(distance * 37 % 256)
        folded = np.where(filled, borrowed, folded)
        is_empty &= ~filled
    folded[(least == _NO_HASH).all(axis=1)] = 0
    return folded


def leaders(sketches: Sketches) -> NDArray[np.int64]:
    """For each row the first row of its cluster of near-duplicates: itself where it resembles none before it."""
    leader = np.arange(len(sketches))
    is_sketched = sketches.any(axis=1)
    for rows, first in _candidates(sketches, np.flatnonzero(is_sketched)):
        similar = _similarity(sketches[rows], sketches[first]) >= SIMILARITY
        for row, other in zip(rows[similar].tolist(), first[similar].tolist(), strict=True):
            one, two = _root(leader, row), _root(leader, other)
            leader[max(one, two)] = min(one, two)
    return np.array([_root(leader, row) for row in range(len(leader))], np.int64)


def similar_to(known: Sketches, rows: Sketches, similarity: float) -> NDArray[np.int64]:
    """For each of `rows` a row of `known` that is so similar, or -1."""
    found = np.full(len(rows), -1)
    both = np.concatenate([known, rows])
    for later, first in _candidates(both, np.flatnonzero(both.any(axis=1))):
        crosses = (first < len(known)) & (later >= len(known))
        ours, theirs = later[crosses], first[crosses]
        similar = _similarity(both[ours], both[theirs]) >= similarity
        found[ours[similar] - len(known)] = theirs[similar]
    return found


def _similarity(one: Sketches, other: Sketches) -> NDArray[np.float64]:
    """The estimated Jaccard similarity; different sets agree in one of 256 values by chance."""
    agreement: NDArray[np.float64] = (one == other).mean(axis=1)
    return agreement - (1 - agreement) / 255


def _candidates(sketches: Sketches, rows: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Rows, and beside each the first row that shares four bins with it; band by band."""
    bands = np.ascontiguousarray(sketches).view("<u4")
    for band in range(_BINS // _BAND_BYTES):
        values = bands[rows, band]
        order = np.argsort(values, kind="stable")
        ordered = values[order]
        is_first = np.concatenate([[True], ordered[1:] != ordered[:-1]]) if len(ordered) else np.zeros(0, bool)
        first = order[np.maximum.accumulate(np.where(is_first, np.arange(len(ordered)), 0))] if len(ordered) else order
        yield rows[order[~is_first]], rows[first[~is_first]]


def _root(leader: NDArray[np.int64], row: int) -> int:
    while leader[row] != row:
        leader[row] = leader[leader[row]]
        row = int(leader[row])
    return row
