"""The check of a chat file beside the public Cookbook algorithm, and beside a bare loop over the same two libraries.

`python -m benchmarks.check_speed [MEGABYTES [ROUNDS]]`; 100 and five where nothing is said. Every subject runs in a fresh
process, in turn, round after round; ratios are made inside a round, and their medians are printed. Processor seconds
are those of all processes, their start and their vocabularies included. The baseline's own speed is printed beside what
was measured elsewhere: below 80 % of that the ratios say nothing.
"""

import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.check_measuring import Run, measured, write_rows
from benchmarks.check_subjects import SUBJECTS

BASELINE, BARE = "Cookbook algorithm", "bare parse and count"
BASELINE_MEGABYTES_A_CPU_SECOND: Final = 5.0
"""The Cookbook algorithm on mixed text of another kind, on a Xeon at 2.5 GHz."""

_MEGABYTE: Final = 1_000_000


def main(megabytes: int = 100, rounds: int = 5) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.jsonl"
        rows = write_rows(path, megabytes * _MEGABYTE)
        print(f"{rows:,} rows, {megabytes} MB, o200k_base; medians of {rounds} rounds in turn", flush=True)
        runs: dict[str, list[Run]] = {name: [] for name in SUBJECTS}
        for _ in range(rounds):
            for name, done in runs.items():
                done.append(measured(name, path))
    for name, done in runs.items():
        _print(name, done, runs, megabytes)
    speed = megabytes / _median(runs[BASELINE], lambda run: run.cpu_seconds)
    print(
        f"The baseline does {speed:.1f} MB a processor second; {BASELINE_MEGABYTES_A_CPU_SECOND} were measured elsewhere."
    )


def _print(name: str, done: list[Run], runs: dict[str, list[Run]], megabytes: int) -> None:
    wall, cpu = _median(done, lambda run: run.wall_seconds), _median(done, lambda run: run.cpu_seconds)
    by_wall = _ratio(runs[BASELINE], done, lambda run: run.wall_seconds)
    by_cpu = _ratio(runs[BASELINE], done, lambda run: run.cpu_seconds)
    beside_bare = _ratio(done, runs[BARE], lambda run: run.cpu_seconds)
    print(
        f"{name:34} {wall:7.2f} s wall ({megabytes / wall:5.1f} MB/s), {cpu:7.2f} s processor;"
        f" {by_wall:5.2f} x less wall, {by_cpu:5.2f} x less processor; {beside_bare:5.2f} x the bare loop;"
        f" {max(run.peak_mebibytes for run in done):5.0f} MiB",
        flush=True,
    )


def _median(done: list[Run], what: Callable[[Run], float]) -> float:
    return statistics.median(map(what, done))


def _ratio(ours: list[Run], theirs: list[Run], what: Callable[[Run], float]) -> float:
    return statistics.median(what(one) / what(other) for one, other in zip(ours, theirs, strict=True))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
