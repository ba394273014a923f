"""Splitting a file into training and validation rows: by a seed, and never the same row on both sides."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Final

from tuning.datasets.lines import Lines

SMALLEST_TRAIN_PER_CENT: Final = 70
LARGEST_TRAIN_PER_CENT: Final = 90
USUAL_TRAIN_PER_CENT: Final = 80


class SplitImpossible(ValueError):
    """The file cannot be split as asked: the share is out of range, or it has fewer than two different rows."""


@dataclass(frozen=True, slots=True)
class Split:
    """Which examples go where, numbered from 1 over the lines that are not blank."""

    training: frozenset[int]
    validation: frozenset[int]


def split(chunks: Iterable[bytes], seed: int, train_per_cent: int = USUAL_TRAIN_PER_CENT) -> Split:
    """Decide which examples are trained on and which are kept for validation.

    Rows that say the same stay together. A row's place follows from the seed and the row alone, so the same file
    and seed always give the same split, and adding rows moves few others.

    Args:
        chunks: the file's bytes.
        seed: another seed gives another split.
        train_per_cent: the share of rows to train on, 70 to 90.

    Raises:
        SplitImpossible: see there.
    """
    if not SMALLEST_TRAIN_PER_CENT <= train_per_cent <= LARGEST_TRAIN_PER_CENT:
        raise SplitImpossible(f"{train_per_cent} % is outside {SMALLEST_TRAIN_PER_CENT} to {LARGEST_TRAIN_PER_CENT} %")
    groups: dict[bytes, list[int]] = {}
    total = 0
    for total, line in enumerate(_filled_lines(chunks), start=1):
        groups.setdefault(_fingerprint(line), []).append(total)
    if len(groups) <= 1:
        raise SplitImpossible("the file has fewer than two different rows")
    validation = _validation_rows(groups, seed, wanted=max(1, round(total * (100 - train_per_cent) / 100)))
    return Split(training=frozenset(range(1, total + 1)) - validation, validation=validation)


def write_split(chunks: Iterable[bytes], parts: Split, training: IO[bytes], validation: IO[bytes]) -> None:
    """Write the two files: every row's JSON as it was, byte for byte, each ended by a newline alone."""
    for example, line in enumerate(_filled_lines(chunks), start=1):
        (validation if example in parts.validation else training).write(line + b"\n")


def _validation_rows(groups: dict[bytes, list[int]], seed: int, wanted: int) -> frozenset[int]:
    """Whole groups in an order drawn by the seed, as long as they fit; at least one group."""
    drawn = sorted(groups, key=lambda fingerprint: _digest(str(seed).encode() + b"/" + fingerprint))
    chosen: set[int] = set()
    for fingerprint in drawn:
        if len(chosen) + len(groups[fingerprint]) <= wanted:
            chosen.update(groups[fingerprint])
    return frozenset(chosen or groups[min(drawn, key=lambda fingerprint: len(groups[fingerprint]))])


def _filled_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    return (line.content for line in Lines(chunks) if line.content.strip())


def _fingerprint(line: bytes) -> bytes:
    """The same for rows that are equal as JSON, whatever the order of keys and the blanks between them."""
    try:
        canonical = json.dumps(json.loads(line), sort_keys=True, ensure_ascii=True).encode()
    except (ValueError, RecursionError):
        canonical = line.strip()
    return _digest(canonical)


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16).digest()
