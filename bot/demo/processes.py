"""Starts the local servers and the bot as child processes, and stops exactly those again."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path


class DidNotStart(Exception):
    """A program of the demo ended, or stayed silent too long, before it was ready."""

    def __init__(self, name: str, last_lines: str) -> None:
        super().__init__(f"{name} did not start:\n{last_lines}")
        self.name = name
        self.last_lines = last_lines


@dataclass(frozen=True, slots=True)
class Program:
    """A program of ours that runs beside the tour."""

    name: str
    module: str
    arguments: Sequence[str]
    ready: re.Pattern[str]
    """Matches the line that says the program is ready; its first group, where it has one, is the address."""
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Running:
    process: asyncio.subprocess.Process
    address: str


@asynccontextmanager
async def running(
    program: Program, log: Path, *, patience_seconds: float = 60.0, stop_patience_seconds: float = 10.0
) -> AsyncIterator[Running]:
    """The program, ready to be used; it is stopped at the end of the block.

    Everything it prints goes to `log`, so that a failure can be read afterwards.

    Raises:
        DidNotStart: it ended, or was not ready within `patience_seconds`.
    """
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            program.module,
            *program.arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **program.environment},
            start_new_session=True,
        )
    try:
        async with _within(program, log, patience_seconds):
            address = await _readiness(program, process, log)
        yield Running(process, address)
    finally:
        await _stop(process, stop_patience_seconds)


@asynccontextmanager
async def _within(program: Program, log: Path, patience_seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(patience_seconds):
            yield
    except TimeoutError as error:
        raise DidNotStart(program.name, tail(log)) from error


async def _readiness(program: Program, process: asyncio.subprocess.Process, log: Path) -> str:
    while True:
        found = program.ready.search(_printed(log))
        if found:
            return found.group(1) if found.groups() else ""
        if process.returncode is not None:
            raise DidNotStart(program.name, tail(log))
        await asyncio.sleep(0.05)


async def _stop(process: asyncio.subprocess.Process, patience_seconds: float) -> None:
    """Ask the program to end, and end it if it does not; its own children are in its session."""
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(patience_seconds):
                await process.wait()
        except TimeoutError:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


def _printed(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a program's log."""
    return "\n".join(_printed(log).splitlines()[-lines:])
