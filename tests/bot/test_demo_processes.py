import os
import re
from pathlib import Path

import pytest

from bot.demo.processes import DidNotStart, Program, running

SERVER = """
import signal, sys
print("Listening at http://127.0.0.1:4321", flush=True)
signal.pause()
"""
STUBBORN = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("Listening at http://127.0.0.1:4321", flush=True)
while True:
    signal.pause()
"""


def program(folder: Path, source: str) -> Program:
    (folder / "invented_server.py").write_text(source)
    return Program(
        name="invented server",
        module="invented_server",
        arguments=(),
        ready=re.compile(r"Listening at (\S+)"),
        environment={"PYTHONPATH": str(folder)},
    )


def written_pid(note: Path) -> int:
    return int(note.read_text())


async def test_a_program_is_used_at_the_address_it_prints_and_ends_with_the_block(tmp_path: Path) -> None:
    async with running(program(tmp_path, SERVER), tmp_path / "log") as server:
        assert server.address == "http://127.0.0.1:4321"
        assert server.process.returncode is None
    assert server.process.returncode is not None


async def test_a_program_that_ends_before_it_is_ready_is_quoted(tmp_path: Path) -> None:
    with pytest.raises(DidNotStart, match="the disk is full"):
        async with running(program(tmp_path, "raise SystemExit('the disk is full')"), tmp_path / "log"):
            pass


async def test_a_program_that_stays_silent_is_given_up_and_stopped(tmp_path: Path) -> None:
    silent = "import os, signal, pathlib; pathlib.Path('{}').write_text(str(os.getpid())); signal.pause()"
    note = tmp_path / "pid"
    with pytest.raises(DidNotStart):
        async with running(program(tmp_path, silent.format(note)), tmp_path / "log", patience_seconds=1.5):
            pass
    with pytest.raises(ProcessLookupError):
        os.kill(written_pid(note), 0)


async def test_a_program_that_ignores_the_request_to_stop_is_ended(tmp_path: Path) -> None:
    async with running(program(tmp_path, STUBBORN), tmp_path / "log", stop_patience_seconds=0.2) as server:
        pass
    assert server.process.returncode == -9
