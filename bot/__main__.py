"""The command line: `tunesmith <command>`, also `python -m bot`."""

import sys
from importlib import import_module
from typing import Final

import typer

COMMANDS: Final = {
    "check": "bot.check_command",
    "convert": "bot.file_commands.convert",
    "fix": "bot.file_commands.fix",
    "split": "bot.file_commands.split",
    "estimate": "bot.file_commands.estimate",
    "advise": "bot.file_commands.advise",
    "export": "bot.file_commands.export",
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


def tunesmith() -> None:
    """The Slack bot with which a team fine-tunes language models where it already talks."""


def command_line(arguments: list[str]) -> typer.Typer:
    """The commands that `arguments` need: the one they name, or all, to list them.

    So `tunesmith check` never waits for the libraries of Slack and of the durable engine to be imported.
    """
    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_show_locals=False)
    app.callback()(tunesmith)
    named = [name for name in COMMANDS if name in arguments[:1]]
    for name in named or COMMANDS:
        settings = PASSED_ON if COMMANDS[name] == "bot.server_commands" else None
        app.command(name, context_settings=settings)(getattr(import_module(COMMANDS[name]), name))
    return app


def main() -> None:
    """Run the command that the arguments name."""
    arguments = sys.argv[1:]
    command_line(arguments)(arguments, prog_name="tunesmith")


if __name__ == "__main__":
    main()
