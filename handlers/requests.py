"""What people type after `/finetune` or a mention, read as one of the bot's commands."""

import difflib
import re
from dataclasses import dataclass

from handlers.blocks.greeting import CHINESE, SUBCOMMANDS

_MENTION = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>")
_NEAR = 0.7
"""Between mistyped commands, such as `cancle`, and `hello`, which resembles `help` by 0.67 and asks for nothing."""


@dataclass(frozen=True, slots=True)
class Request:
    """A command's name and what follows it."""

    name: str
    """One of `SUBCOMMANDS`; empty where the first word is none of them."""
    argument: str
    given: str
    """The first word as typed; empty where there was none."""

    @property
    def nearest(self) -> str:
        """The command that the first word resembles most; empty when it resembles none."""
        near = difflib.get_close_matches(self.given.lower(), [*SUBCOMMANDS, *CHINESE], n=1, cutoff=_NEAR)
        return next(iter(near), "")


def read_request(text: str) -> Request:
    """The command in a text: its first word, in English or Chinese, in any case."""
    first, rest = (*text.split(maxsplit=1), "", "")[:2]
    name = first.lower() if first.lower() in SUBCOMMANDS else CHINESE.get(first, "")
    return Request(name, " ".join(rest.split()), first)


def without_mentions(text: str, bot_user_id: str) -> str:
    """A message's text without the mention of the bot; other people's stay."""
    return _MENTION.sub(
        lambda found: "" if found.group().startswith(f"<@{bot_user_id}") else found.group(), text
    ).strip()


def mentions(text: str, bot_user_id: str) -> bool:
    return bool(bot_user_id) and f"<@{bot_user_id}" in text
