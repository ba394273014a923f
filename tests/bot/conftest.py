import os
import subprocess
import sys

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.__main__ import command_line
from bot.settings import Settings


@pytest.fixture
def tunesmith():
    """Runs the command line in a process of its own, in English unless a variable says otherwise."""

    def run(*arguments, **variables):
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
        return subprocess.run(  # noqa: S603 - it runs this very interpreter.
            [sys.executable, "-m", "bot", *map(str, arguments)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            env={**clean, "PYTHONUTF8": "1", **variables},
        )

    return run


@pytest.fixture
def typed(monkeypatch):
    """Runs a command line in this process, which is quicker; in English unless the arguments say otherwise."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C")

    def run(*arguments) -> Result:
        words = [str(argument) for argument in arguments]
        return CliRunner().invoke(command_line(words), words, prog_name="tunesmith")

    return run


@pytest.fixture
def load(monkeypatch, tmp_path):
    """Loads the settings from these variables and no others, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith(("SLACK_", "TUNESMITH_", "OPENAI_", "AZURE_", "NEBIUS_")):
            monkeypatch.delenv(name)

    def load_from(**variables: str) -> Settings:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return Settings.load()

    return load_from
