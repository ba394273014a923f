"""Forgets what nobody will ask for again, so that the database doesn't grow with every message."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.durable import Durable
from bot.stores import Stores
from storage.holds import Holds

PRUNE_SECONDS: Final = 3600.0
EVENTS_KEPT_FOR: Final = timedelta(days=7)
"""How long the ids of handled events are remembered; Slack sends an event again for minutes, not days."""
KEPT_FOR: Final = timedelta(days=30)
"""How long an ended workflow, a shown change, a sent answer and a person are remembered."""
_ONE_OFF: Final = ("answer:", "fault:", "reply:")
"""Keys of messages that are sent once; cards, reports and greetings are edited, and so kept for life."""


@dataclass(frozen=True, slots=True)
class Pruning:
    """Datasets, jobs, models and transcripts are never forgotten: they are the team's."""

    stores: Stores
    durable: Durable
    holds: Holds
    clock: Callable[[], datetime]

    async def prune(self) -> None:
        """Forget what is old enough, as of now."""
        now = self.clock()
        before = now - KEPT_FOR
        await self.stores.inbox.prune(now - EVENTS_KEPT_FOR)
        await self.stores.changes.forget(before)
        await self.stores.deliveries.forget(before, _ONE_OFF)
        await self.stores.people.forget(before)
        await self.holds.forget()
        await self.durable.forget(before)
