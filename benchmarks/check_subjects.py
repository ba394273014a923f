"""What is measured on a chat file, each in a fresh process: `python -m benchmarks.check_subjects NAME FILE`.

Prints one line of JSON: seconds of wall and of all processors, tokens, and the longest pause between two words of progress.
"""

import itertools
import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import msgspec
import toktok

from benchmarks.cookbook import cookbook
from tuning.datasets.large_files import examine_file
from tuning.datasets.options import CheckOptions
from tuning.tokens.encodings import O200K

_ROWS_AT_ONCE: Final = 200


class _Message(msgspec.Struct):
    role: Annotated[str, msgspec.Meta(min_length=1)]
    content: str | None = None


class _Row(msgspec.Struct):
    messages: list[_Message]


@dataclass
class Clock:
    """When somebody last heard of progress."""

    last: float = field(default_factory=time.perf_counter)
    longest_pause_seconds: float = 0.0

    def tick(self, _: int = 0) -> None:
        now = time.perf_counter()
        self.longest_pause_seconds = max(self.longest_pause_seconds, now - self.last)
        self.last = now


def bare(path: Path, _: Clock) -> int:
    """Parse every line and count the tokens of every content, and nothing else, in one process."""
    decoder, tokens = msgspec.json.Decoder(_Row), 0
    with path.open("rb") as lines:
        while batch := list(itertools.islice(lines, _ROWS_AT_ONCE)):
            texts = [message.content for line in batch for message in decoder.decode(line).messages if message.content]
            tokens += sum(toktok.batch_count(texts, O200K, 1))
    return tokens


def _check(path: Path, clock: Clock, *, is_quick: bool = False, counts_fast: bool = True) -> int:
    options = CheckOptions(path.name, date(2026, 11, 22), is_quick=is_quick)
    report = examine_file(path, options, clock.tick, is_alone=True, counts_fast=counts_fast).report
    # A file of a gigabyte is sound, and too large for a provider.
    blocking = {tally.code for tally in report.tallies if tally.severity == "E"} - {"F003"}
    assert is_quick or not blocking, report.tallies
    return report.tokens.total


SUBJECTS: Final[dict[str, Callable[[Path, Clock], int]]] = {
    "Cookbook algorithm": lambda path, _: cookbook(path)["tokens"],
    "bare parse and count": bare,
    "format and tokens": lambda path, clock: _check(path, clock, is_quick=True),
    "format and tokens, tiktoken alone": lambda path, clock: _check(path, clock, is_quick=True, counts_fast=False),
    "full check": _check,
}


def main(name: str, path: Path) -> None:
    clock, started = Clock(), time.perf_counter()
    tokens = SUBJECTS[name](path, clock)
    wall = time.perf_counter() - started
    clock.tick()
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(one.ru_utime + one.ru_stime for one in used)
    print(json.dumps({"wall": wall, "cpu": cpu, "tokens": tokens, "pause": clock.longest_pause_seconds}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
