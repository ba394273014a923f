"""The full check of a large file beside one of a tenth of its size: time, memory, and how often progress is told.

`python -m benchmarks.check_size [MEGABYTES]`; 1,000 where nothing is said, which takes a while.
"""

import sys
import tempfile
from pathlib import Path

from benchmarks.check_measuring import measured, write_rows


def main(megabytes: int = 1_000) -> None:
    runs = []
    for size in (megabytes // 10, megabytes):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "train.jsonl"
            rows = write_rows(path, size * 1_000_000)
            run = measured("full check", path)
        runs.append(run)
        print(
            f"{size:5} MB, {rows:9,} rows: {run.wall_seconds:7.1f} s wall, {run.cpu_seconds:7.1f} s processor,"
            f" {run.peak_mebibytes:4.0f} MiB in all processes, {run.longest_pause_seconds:.1f} s the longest silence",
            flush=True,
        )
    small, large = runs
    print(
        f"ten times the bytes take {large.wall_seconds / small.wall_seconds:.1f} x the wall time"
        f" and {large.cpu_seconds / small.cpu_seconds:.1f} x the processor time"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
