"""The bot's commands together, whether they are typed after `/finetune`, mentioned, or pressed as a button."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from handlers.asker import Answer, Asker, Commands
from handlers.blocks.greeting import help_page
from handlers.blocks.kit import Content, actions, button, section
from handlers.mrkdwn import clip, escape
from handlers.requests import Request


@dataclass(frozen=True, slots=True)
class Subcommands:
    """What is answered, by the way in which it is asked; each noun brings its own. Make it with `of`."""

    typed: Mapping[str, Answer]
    pressed: Mapping[str, Answer]
    decided: Mapping[str, Answer]

    @classmethod
    def of(cls, tables: Iterable[Commands]) -> Self:
        """All nouns' commands, and help.

        Raises:
            ValueError: two nouns claim the same word or button.
        """
        every = [*tables, Commands(typed={"help": _help}, pressed={"help.show": _help})]
        return cls(
            typed=_merged(table.typed for table in every),
            pressed=_merged(table.pressed for table in every),
            decided=_merged(table.decided for table in every),
        )

    async def answer(self, asker: Asker, request: Request) -> Content:
        """The answer to a typed request, or to none; a word that is no command gets the nearest one suggested."""
        if request.given and not request.name:
            return _unknown(asker, request)
        return await self.typed[request.name](asker, request.argument)


def _merged(tables: Iterable[Mapping[str, Answer]]) -> Mapping[str, Answer]:
    merged: dict[str, Answer] = {}
    for table in tables:
        if twice := merged.keys() & table.keys():
            raise ValueError(f"claimed twice: {sorted(twice)}")
        merged |= table
    return merged


async def _help(asker: Asker, _: str) -> Content:
    return help_page(asker.voice)


def _unknown(asker: Asker, request: Request) -> Content:
    """One sentence, with the nearest command where there is one, and the way to all of them."""
    given = escape(clip(request.given, 40))
    if request.nearest:
        told = asker.voice("commands.unknown", given=given, nearest=request.nearest)
    else:
        told = asker.voice("commands.unknown.far", given=given)
    return Content(told, (section(told), actions([button(asker.voice("commands.door.help"), "help.show")])))
