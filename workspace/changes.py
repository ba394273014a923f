"""Everything that happens, in order: the page, the people's event streams and the app's events all read this log."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from enum import StrEnum

from workspace.records import JsonObject

KEPT_CHANGES = 20_000


class ChangeKind(StrEnum):
    """What can happen in a workspace."""

    MESSAGE_POSTED = "message_posted"
    MESSAGE_CHANGED = "message_changed"
    MESSAGE_DELETED = "message_deleted"
    THREAD_GREW = "thread_grew"
    EPHEMERAL_POSTED = "ephemeral_posted"
    CHANNEL_OPENED = "channel_opened"
    MEMBER_JOINED = "member_joined"
    REACTION_ADDED = "reaction_added"
    REACTION_REMOVED = "reaction_removed"
    FILE_SHARED = "file_shared"
    FILE_DELETED = "file_deleted"
    VIEW_OPENED = "view_opened"
    VIEW_UPDATED = "view_updated"
    VIEW_CLOSED = "view_closed"
    HOME_OPENED = "home_opened"
    HOME_PUBLISHED = "home_published"
    STATUS_SET = "status_set"
    PROMPTS_SET = "prompts_set"
    TITLE_SET = "title_set"
    STREAM_STOPPED = "stream_stopped"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened.

    `number` counts from 1. It concerns a channel, or only the people of `user_ids` where that is given. `details` is
    JSON in Slack's own shapes: `message` (and `previous_message`), `file`, `view`, `user`, `reaction` and so on.
    """

    number: int
    kind: ChangeKind
    channel_id: str | None
    user_ids: frozenset[str] | None
    details: JsonObject


Listener = Callable[[Change], None]


class ChangeLog:
    """The last changes, for readers who follow and for those who come back with the number they saw last."""

    def __init__(self) -> None:
        self._kept: deque[Change] = deque(maxlen=KEPT_CHANGES)
        self._listeners: list[Listener] = []
        self._arrival = asyncio.Event()
        self._is_closed = False
        self.last_number = 0

    def record(
        self,
        kind: ChangeKind,
        details: JsonObject,
        *,
        channel_id: str | None = None,
        user_ids: frozenset[str] | None = None,
    ) -> Change:
        """Append a change, call the listeners at once and wake whoever follows."""
        self.last_number += 1
        change = Change(self.last_number, kind, channel_id, user_ids, details)
        self._kept.append(change)
        for listener in self._listeners:
            listener(change)
        self._wake()
        return change

    def listen(self, listener: Listener) -> None:
        """Call `listener` within every later `record`, while the world is still as the change left it."""
        self._listeners.append(listener)

    def after(self, number: int) -> list[Change]:
        """Return the kept changes that came after the change with this number."""
        missing = self.last_number - number
        if missing <= 0:
            return []
        return list(self._kept)[-missing:]

    async def follow(self, after: int | None = None) -> AsyncIterator[Change]:
        """Yield the changes after a number, then every new one as it happens, until the log is closed.

        Without a number only the new ones.
        """
        seen = self.last_number if after is None else after
        while not self._is_closed:
            arrival = self._arrival
            for change in self.after(seen):
                yield change
                seen = change.number
            if seen == self.last_number:
                await arrival.wait()

    def close(self) -> None:
        """End everyone's following."""
        self._is_closed = True
        self._wake()

    def _wake(self) -> None:
        self._arrival.set()
        self._arrival = asyncio.Event()
