"""`tunesmith demo`: the whole tour on this machine, with nothing simulated; only the servers are local."""

import asyncio
import signal
import sys
from typing import Annotated

import typer

from bot.demo.stage import Stage, StageFailed
from bot.demo.transcript import Transcript
from bot.terminal_language import terminal_language
from tuning.texts import BY_MENTION, Texts

FAILED, INTERRUPTED = 1, 130


def demo(
    *,
    once: Annotated[bool, typer.Option("--once")] = False,
    model: Annotated[str, typer.Option(metavar="smollm2|tiny")] = "smollm2",
    minimal: Annotated[bool, typer.Option("--minimal")] = False,
) -> None:
    """Drop a file, start a job, watch it train and ask the tuned model, all on this machine."""
    language = terminal_language()
    transcript = Transcript(Texts.load(BY_MENTION if minimal else ""), language)
    stays_open = sys.stdin.isatty() and not once
    try:
        asyncio.run(_play(Stage(transcript, model, is_minimal=minimal), stays_open=stays_open))
    except StageFailed as failure:
        transcript.failure(str(failure))
        raise typer.Exit(FAILED) from failure
    except asyncio.CancelledError:
        transcript.say("demo.interrupted")
        raise typer.Exit(INTERRUPTED) from None


async def _play(stage: Stage, *, stays_open: bool) -> None:
    """Play until the end or until asked to stop, also from a shell that starts its programs deaf to Ctrl-C."""
    playing = asyncio.create_task(stage.play(stays_open=stays_open))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, playing.cancel)
    await playing
