"""`tunesmith trainer` and `tunesmith workspace`: the two local servers, each a program of its own.

The house imports neither; the command becomes the server's process, with its options passed on.
"""

import os
import sys

import typer


def trainer(context: typer.Context) -> None:
    """Serve OpenAI's fine-tuning protocol on this machine (options: `tunesmith trainer --help`)."""
    _become("trainer", context.args)


def workspace(context: typer.Context) -> None:
    """Run a Slack-compatible workspace on this machine (options: `tunesmith workspace --help`)."""
    _become("workspace", context.args)


def _become(module: str, arguments: list[str]) -> None:
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])  # noqa: S606 - our own module, no shell.
