"""The demo's failures: a clear sentence, the place of the logs, and an exit code that a script notices."""

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


async def demo(*arguments: str, language: str = "en") -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--once", *arguments,
        cwd=ROOT, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "LANGUAGE": language},
    )  # fmt: skip
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def test_a_program_that_cannot_start_is_named_and_quoted() -> None:
    code, said = await demo("--model", "no-such-model")

    assert code == 1
    assert "The trainer stopped or did not start" in said
    assert "no-such-model is neither smollm2 nor tiny" in said
    folder = re.search(r"log is in (\S+)\.", said)
    assert folder
    assert (Path(folder[1]) / "trainer.log").exists()


async def test_a_failure_is_told_in_chinese_to_who_reads_chinese() -> None:
    code, said = await demo("--model", "no-such-model", language="zh_CN.UTF-8")

    assert (code, "trainer 已停止或未能启动" in said) == (1, True)


async def test_the_tour_is_played_to_its_end_in_chinese_and_with_the_minimal_manifest_too() -> None:
    """Together, since a tour takes long; in English and with the whole manifest it is watched in the browser.

    On a terminal the workspace stays open, and Ctrl-C there is no failure.
    """
    ours, terminal = os.openpty()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--model", "tiny", "--minimal",
        cwd=ROOT, stdin=terminal, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "LANGUAGE": "zh_CN.UTF-8", "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout
    tour = await process.stdout.readuntil(b"Ctrl-C")
    process.send_signal(signal.SIGINT)
    rest, _ = await process.communicate()
    os.close(ours)
    os.close(terminal)
    said = (tour + rest).decode()

    assert process.returncode == 0, said
    assert "已结束；" in said
    assert "并提及机器人" in said
    assert "各步用时" in said
    assert re.search(r"第 +39/39 步  损失 \d+\.\d{3}", said)


async def test_a_request_to_stop_is_heeded_even_where_the_shell_made_ctrl_c_unheard() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--once", "--model", "tiny",
        cwd=ROOT, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "LANGUAGE": "en", "PYTHONUNBUFFERED": "1"},
        preexec_fn=deaf_to_interrupts,
    )  # fmt: skip
    assert process.stdout
    await process.stdout.readuntil(b"Open http://")
    process.terminate()

    said, _ = await process.communicate()

    assert (process.returncode, "are stopped" in said.decode()) == (130, True)


def deaf_to_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
