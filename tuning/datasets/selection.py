"""Putting two versions of a dataset together, and choosing rows of one by what they say."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

from tuning.datasets.differences import canonical, filled_lines
from tuning.datasets.fixes.line_map import LineMap, LineMapper
from tuning.datasets.parsing import parse_line


@dataclass(frozen=True, slots=True)
class Selected:
    """What was written."""

    rows: int
    left_out: int
    lines: LineMap
    """Where each row stood in the version that it was made of; of a merge, in the first one."""


def merge(one: Iterable[bytes], other: Iterable[bytes], target: IO[bytes]) -> Selected:
    """Write the rows of one file, then those of another that the first doesn't have, each byte for byte."""
    known: set[bytes] = set()
    mapper, rows, left_out = LineMapper(), 0, 0
    for line in filled_lines(one):
        known.add(canonical(line.content))
        target.write(line.content + b"\n")
        mapper.add(line.number)
        rows += 1
    for line in filled_lines(other):
        said = canonical(line.content)
        if said in known:
            left_out += 1
            continue
        known.add(said)
        target.write(line.content + b"\n")
        rows += 1
    return Selected(rows, left_out, mapper.result())


def choose(chunks: Iterable[bytes], words: Iterable[str], target: IO[bytes]) -> Selected:
    """Write the rows that hold all words, in upper or lower case; a word after `-` must not be in them."""
    wanted = [word.lower() for word in words if not word.startswith("-")]
    unwanted = [word[1:].lower() for word in words if word.startswith("-") and len(word) > 1]
    mapper, rows, left_out = LineMapper(), 0, 0
    for line in filled_lines(chunks):
        said = json.dumps(parse_line(line.content).value, ensure_ascii=False, default=str).lower()
        if all(word in said for word in wanted) and not any(word in said for word in unwanted):
            target.write(line.content + b"\n")
            mapper.add(line.number)
            rows += 1
        else:
            left_out += 1
    return Selected(rows, left_out, mapper.result())
