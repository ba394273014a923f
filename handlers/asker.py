"""Who asks something of the bot, and what a command answers them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from handlers.blocks.kit import Content, section
from handlers.language import Voice
from storage.rows import Place, Tenant
from tuning.access import Actor, Viewer


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, in which language they read, and where."""

    viewer: Viewer
    voice: Voice
    place: Place

    @property
    def tenant(self) -> Tenant:
        return self.viewer.tenant

    @property
    def actor(self) -> Actor:
        return self.viewer.actor

    def told(self, key: str, **parameters: str | int) -> Content:
        """One sentence in the asker's language."""
        told = self.voice(key, **parameters)
        return Content(told, (section(told),))


EVERYTHING: Final = frozenset({"all", "全部"})
"""What is written after `jobs` or `models` for the provider account's list instead of the team's."""

Answer: TypeAlias = Callable[[Asker, str], Awaitable[Content]]
"""What a command answers to its argument."""


@dataclass(frozen=True, slots=True)
class Commands:
    """What can be asked about one noun, by the way in which it is asked."""

    typed: Mapping[str, Answer] = field(default_factory=dict)
    """By the word after `/finetune` or a mention."""
    pressed: Mapping[str, Answer] = field(default_factory=dict)
    """By the `action_id` of a button, whose value is the argument."""
    decided: Mapping[str, Answer] = field(default_factory=dict)
    """The same, of a question that is over once one of its buttons is pressed: the answer takes its place."""
