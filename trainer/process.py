"""A training process: started with a plan, heard line by line, and ended at once when it must."""

import asyncio
import json
import os
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import IO, Any, Final

# One thread for BLAS: the engine splits its work itself, and spinning barriers collapse on a shared machine.
# It must be set before numpy is imported, which is one reason for a process of its own.
ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "VECLIB_MAXIMUM_THREADS": "1"}
_LOG: Final = "training.log"


class TrainingProcess:
    """One run of a training program; it ends by itself when this server dies, because its standard input closes."""

    def __init__(self, process: Process, log: Path) -> None:
        self._process = process
        self._log = log

    @classmethod
    async def start(cls, command: Sequence[str], directory: Path) -> "TrainingProcess":
        """Start the program; what it writes to standard error goes to a file in `directory`."""
        log = directory / _LOG
        with log.open("wb") as errors:
            process = await _spawn(command, errors)
        return cls(process, log)

    async def progress(self) -> AsyncGenerator[dict[str, Any]]:
        """Every line it tells, until it ends."""
        if self._process.stdout is not None:
            async for line in self._process.stdout:
                yield json.loads(line)

    def pause(self) -> None:
        """Ask it to stop after the step that it is at, and to leave a state from which it can go on."""
        if self._process.stdin is not None and self._process.returncode is None:
            self._process.stdin.write(b"pause\n")

    def kill(self) -> None:
        """End it now."""
        if self._process.returncode is None:
            self._process.kill()

    async def ended(self) -> int:
        """Wait for its end, and give its exit status."""
        return await self._process.wait()

    def last_words(self) -> str:
        """The last line it wrote to standard error."""
        lines = self._log.read_text("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""


async def _spawn(command: Sequence[str], errors: IO[bytes]) -> Process:
    environment = {**os.environ, **ONE_THREAD}
    return await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=errors, env=environment)
