"""Running one subject on one file in a fresh process, and watching the memory of all the processes that it starts."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.dataset_rows import lines

_MEBIBYTE: Final = 1 << 20
_LOOK_SECONDS: Final = 0.05


class Run(NamedTuple):
    """What one run took."""

    wall_seconds: float
    cpu_seconds: float
    """Of all processes, from their start."""
    tokens: int
    longest_pause_seconds: float
    """Without a word of progress."""
    peak_mebibytes: float
    """The largest sum of the resident memory of all processes at one time, looked at twenty times a second."""


def measured(subject: str, path: Path) -> Run:
    """One subject on one file."""
    with tempfile.TemporaryFile() as answers:
        command = [sys.executable, "-m", "benchmarks.check_subjects", subject, str(path)]
        process = subprocess.Popen(command, stdout=answers)
        peak = 0
        while process.poll() is None:
            peak = max(peak, _resident_bytes(process.pid))
            time.sleep(_LOOK_SECONDS)
        if process.returncode:
            raise SystemExit(f"{subject} failed on {path}")
        answers.seek(0)
        answer = json.loads(answers.read())
    return Run(answer["wall"], answer["cpu"], answer["tokens"], answer["pause"], peak / _MEBIBYTE)


def _resident_bytes(pid: int) -> int:
    """Of a process and all that it has started; shared pages count in each, so that the sum is no less than the truth."""
    try:
        own = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
        started = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        threads = [one for one in Path(f"/proc/{pid}/task").iterdir() if one.name != str(pid)]
        started += [child for thread in threads for child in (thread / "children").read_text().split()]
    except (OSError, IndexError):
        return 0
    return own + sum(_resident_bytes(int(child)) for child in started)


def write_rows(path: Path, size_bytes: int) -> int:
    """Write rows until the file is so large; how many there are."""
    written = count = 0
    with path.open("wb") as stream:
        for line in lines(size_bytes):
            written += stream.write(line)
            count += 1
            if written >= size_bytes:
                break
    return count
