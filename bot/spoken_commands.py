"""Commands that speak the reader's language where the command line itself is read: help, and what is wrong with it."""

import sys
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

import typer

# typer brings click's classes along and names no public way to those that it raises itself.
from typer._click.core import Context
from typer._click.exceptions import (
    BadOptionUsage,
    BadParameter,
    MissingParameter,
    NoArgsIsHelpError,
    NoSuchOption,
    UsageError,
)
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from bot.usage import Parameter, Usage, choices
from tuning.near import nearest

WRONG: Final = 2
"""Exit code: the command line is wrong."""


class SpokenCommand(TyperCommand):
    """One command; `Usage` is the context's object."""

    def get_help(self, ctx: Context) -> str:
        return _usage(ctx).help(ctx)


class SpokenCommands(TyperGroup):
    """`tunesmith` with the commands below it."""

    def get_help(self, ctx: Context) -> str:
        return _usage(ctx).help(ctx)

    def resolve_command(self, ctx: Context, args: list[str]) -> Any:  # noqa: ANN401 - click's own type is not public.
        if args[0] not in self.commands:
            raise _UnknownCommand(args[0], self.commands, ctx)
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, **extra: Any) -> Any:  # noqa: ANN401 - passed on.
        """Run; a wrong command line ends with a sentence and the way to the help."""
        try:
            sys.exit(super().main(*args, **{**extra, "standalone_mode": False}))
        except NoArgsIsHelpError as error:
            typer.echo(error.message, err=True)
        except UsageError as error:
            usage: Usage = self.context_settings["obj"]
            typer.echo("\n".join(_told(usage, error)), err=True)
        sys.exit(WRONG)


class _UnknownCommand(UsageError):
    """A first word that is no command's name."""

    def __init__(self, name: str, known: Collection[str], context: Context) -> None:
        super().__init__(name, context)
        self.known = known


def _usage(context: Context) -> Usage:
    usage: Usage = context.obj
    return usage


def _told(usage: Usage, error: UsageError) -> Iterator[str]:
    if error.ctx:
        yield usage.line(error.ctx)
    yield _sentence(usage, error)
    yield usage.say("hint", command=error.ctx.command_path if error.ctx else "tunesmith")


def _sentence(usage: Usage, error: UsageError) -> str:
    """What is wrong, by the kind of the error; what tells no more than its English message is quoted."""
    match error:
        case _UnknownCommand():
            said = _with_near(usage, "no_command", error.message, nearest(error.message, error.known))
        case NoSuchOption():
            said = _with_near(usage, "no_option", error.option_name, error.possibilities or ())
        case BadOptionUsage():
            lacks = "requires" in error.message
            said = usage.say("value_missing" if lacks else "value_unwanted", option=error.option_name)
        case MissingParameter(param=TyperArgument() | TyperOption() as parameter):
            said = usage.say("missing", name=_written(parameter))
        case BadParameter(param=TyperArgument() | TyperOption() as parameter):
            said = _bad_value(usage, parameter)
        case _ if "extra argument" in error.message:
            said = usage.say("too_many", arguments=error.message.partition("(s) (")[2].removesuffix(")"))
        case _ if "Missing command" in error.message:
            said = usage.say("which_command")
        case _:
            said = error.message
    return said


def _with_near(usage: Usage, key: str, name: str, near: Sequence[str]) -> str:
    said = usage.say(key, name=name)
    return f"{said}\n{usage.say('near', name=near[0])}" if near else said


def _bad_value(usage: Usage, parameter: Parameter) -> str:
    if words := choices(parameter):
        return usage.say("one_of", name=_written(parameter), words=", ".join(words))
    if parameter.max is None:
        return usage.say("at_least", name=_written(parameter), minimum=int(parameter.min or 0))
    return usage.say("between", name=_written(parameter), minimum=int(parameter.min or 0), maximum=int(parameter.max))


def _written(parameter: Parameter) -> str:
    return parameter.opts[0] if isinstance(parameter, TyperOption) else parameter.metavar or parameter.opts[0].upper()
