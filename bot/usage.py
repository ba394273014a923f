"""How a command is called, in the language of whoever sits at the terminal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

# typer brings click's classes along and names no public way to this one.
from typer._click.core import Context
from typer.core import TyperArgument, TyperGroup, TyperOption

from bot.terminal_language import terminal_language
from tuning.texts import Language, Texts

_WIDEST: Final = 100
"""Columns; longer lines are hard to read."""
LANG: Final = "--lang"

Parameter = TyperArgument | TyperOption


def language_in(arguments: Sequence[str]) -> Language:
    """The language that a command line asks for by `--lang zh` or `--lang=zh`; without it the system's."""
    for number, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == LANG:
            return terminal_language(value or "".join(arguments[number + 1 : number + 2]))
    return terminal_language()


@dataclass(frozen=True, slots=True)
class Usage:
    """Says how commands are called; its sentences are `usage.<command>` and `usage.<command>.<parameter>`."""

    texts: Texts
    language: Language

    def say(self, key: str, **parameters: str | int) -> str:
        return self.texts.say(self.language, f"usage.{key}", **parameters)

    def line(self, context: Context) -> str:
        """'Usage: tunesmith check [OPTIONS] FILE...'."""
        pieces = [self.say("options_here")]
        pieces += [shape(one) for one in context.command.params if isinstance(one, TyperArgument)]
        if isinstance(context.command, TyperGroup):
            pieces.append(self.say("command_here"))
        return self.say("line", command=context.command_path, rest=" ".join(pieces))

    def help(self, context: Context) -> str:
        """What the command is for, its arguments, its options, and the commands below it."""
        named = context.command.get_params(context)
        arguments = [self._row(context, one) for one in named if isinstance(one, TyperArgument)]
        options = [self._row(context, one) for one in named if isinstance(one, TyperOption)]
        below = context.command.commands if isinstance(context.command, TyperGroup) else ()
        console = Console(highlight=False, no_color=True, width=min(Console().width, _WIDEST))
        with console.capture() as capture:
            console.print(Text(self.line(context)))
            for key in (_name(context), f"{_name(context)}.codes"):
                if self._has(key):
                    console.print(Padding(Text(self.say(key)), (1, 0, 0, 2)))
            for title, rows in (
                ("arguments", arguments),
                ("options", options),
                ("commands", [(name, self.say(name)) for name in below]),
            ):
                if rows:
                    console.print(Padding(Text(self.say(title)), (1, 0, 0, 0)), _table(rows))
        return capture.get().rstrip()

    def _row(self, context: Context, parameter: Parameter) -> tuple[str, str]:
        own = f"{_name(context)}.{parameter.name}"
        said = self.say(own if self._has(own) else f"any.{parameter.name}")
        return shape(parameter), " ".join([said, *self._remarks(parameter)])

    def _remarks(self, parameter: Parameter) -> Iterator[str]:
        """Whether it must be there, and what is taken where it isn't."""
        if parameter.required:
            yield self.say("required")
        elif parameter.default and isinstance(parameter.default, int | str):
            yield self.say("default", value=_written(parameter.default))

    def _has(self, key: str) -> bool:
        return f"usage.{key}" in self.texts.keys(self.language)


def _name(context: Context) -> str:
    """The command's name in the catalogues; `tunesmith` itself has nothing above it."""
    return (context.command.name or "") if context.parent else "tunesmith"


def _table(rows: list[tuple[str, str]]) -> Padding:
    table = Table.grid("", Column(overflow="fold"), padding=(0, 2))
    for row in rows:
        table.add_row(*map(Text, row))
    return Padding(table, (0, 0, 0, 2))


def shape(parameter: Parameter) -> str:
    """How a parameter is written: '--format text|json', 'FILE...'."""
    value = "|".join(choices(parameter)) or parameter.metavar or (parameter.name or "").upper()
    if isinstance(parameter, TyperArgument):
        return value
    return parameter.opts[0] if parameter.is_flag else f"{parameter.opts[0]} {value}"


def choices(parameter: Parameter) -> list[str]:
    """The words that a parameter takes; none where it takes any."""
    kind = parameter.type_descriptor.annotation
    return [_written(one) for one in kind] if isinstance(kind, type) and issubclass(kind, Enum) else []


def _written(value: object) -> str:
    return str(value.value if isinstance(value, Enum) else value)
