"""The command line: `tunesmith <command>`, also `python -m bot`."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Final

import typer

from bot.spoken_commands import SpokenCommand, SpokenCommands
from bot.usage import LANG, Usage, language_in
from tuning.texts import Texts

COMMANDS: Final = {
    "check": "bot.check_command",
    "convert": "bot.file_commands.convert",
    "fix": "bot.file_commands.fix",
    "split": "bot.file_commands.split",
    "estimate": "bot.file_commands.estimate",
    "advise": "bot.file_commands.advise",
    "export": "bot.file_commands.export",
    "migrate": "bot.migrate_command",
    "run": "bot.run_command",
    "doctor": "bot.doctor_command",
    "manifest": "bot.manifest_command",
    "demo": "bot.demo_command",
    "trainer": "bot.server_commands",
    "workspace": "bot.server_commands",
}
"""Each command's module; the function in it has the command's name."""

PASSED_ON: Final = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
"""How the local servers' commands are read: their options are their own."""


def tunesmith(lang: Annotated[str, typer.Option(metavar="en|zh")] = "") -> None:
    """What stands before the command holds for it, and for the programs that it starts."""
    if lang:
        os.environ["LANGUAGE"] = lang


def command_line(arguments: Sequence[str]) -> typer.Typer:
    """The commands that `arguments` need: the one they name, or all, to list them.

    So `tunesmith check` never waits for the libraries of Slack and of the durable engine to be imported.
    """
    spoken = {"obj": Usage(Texts.load(), language_in(arguments))}
    app = typer.Typer(
        cls=SpokenCommands,
        context_settings=spoken,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_show_locals=False,
    )
    app.callback()(tunesmith)
    named = [name for name in COMMANDS if name == _named(arguments)]
    for name in named or COMMANDS:
        settings = PASSED_ON if COMMANDS[name] == "bot.server_commands" else {}
        function = getattr(import_module(COMMANDS[name]), name)
        app.command(name, cls=SpokenCommand, context_settings=dict(settings))(function)
    return app


def _named(arguments: Sequence[str]) -> str:
    """The first word that is neither `--lang` nor its value."""
    first = "".join(arguments[:1])
    if first.partition("=")[0] != LANG:
        return first
    return "".join(arguments[1:2] if "=" in first else arguments[2:3])


def main() -> None:
    """Run the command that the arguments name."""
    arguments = sys.argv[1:]
    command_line(arguments)(arguments, prog_name="tunesmith")


if __name__ == "__main__":
    main()
