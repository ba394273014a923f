"""Waiting, as a person does, until something can be seen."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from workspace.people import Person
from workspace.records import Message, View

PATIENCE_SECONDS = 90

Seen = TypeVar("Seen")


@dataclass(frozen=True, slots=True)
class Watcher:
    """One person's eyes."""

    person: Person

    async def sees(self, look: Callable[[], Seen | None]) -> Seen:
        """What `look` finds, as soon as it finds something; it looks again at every change."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                async for _ in self.person.changes(after=0):
                    if seen := look():
                        return seen
        except TimeoutError:
            raise AssertionError(f"not seen in {PATIENCE_SECONDS} s; there is only:\n{self._everything()}") from None
        raise AssertionError("the workspace was closed")

    def _everything(self) -> str:
        messages = (message for channel in self.person.channels() for message in self._in(channel.id))
        return "\n".join(shown(message) for message in messages)

    def _in(self, channel_id: str) -> list[Message]:
        roots = self.person.messages(channel_id)
        replies = [reply for root in roots for reply in self.person.replies(channel_id, root.ts)[1:]]
        return [*roots, *replies, *self.person.ephemerals(channel_id)]

    async def reply(self, channel_id: str, thread_ts: str, *words: str) -> Message:
        """The first reply in a thread that shows all the words."""
        return await self.sees(lambda: first(self.person.replies(channel_id, thread_ts)[1:], words))

    async def message(self, channel_id: str, *words: str) -> Message:
        return await self.sees(lambda: first(self.person.messages(channel_id), words))

    async def ephemeral(self, channel_id: str, *words: str) -> Message:
        return await self.sees(lambda: first(self.person.ephemerals(channel_id), words))

    async def form(self) -> View:
        """The open modal, once its form has come."""
        return await self.sees(
            lambda: next((view for view in self.person.open_views() if "submit" in view.definition), None)
        )


def first(messages: list[Message], words: tuple[str, ...]) -> Message | None:
    return next((message for message in messages if all(word in shown(message) for word in words)), None)


def shown(message: Message) -> str:
    """Everything a message shows, as one text."""
    return message.text + json.dumps(message.blocks, ensure_ascii=False)
