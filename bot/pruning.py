"""Forgets what nobody will ask for again, so that the database doesn't grow with every message."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.durable import Durable
from bot.settings import Settings
from bot.stores import Stores
from storage.holds import Holds

PRUNE_SECONDS: Final = 3600.0
EVENTS_KEPT_FOR: Final = timedelta(days=7)
"""How long the ids of handled events are remembered; Slack sends an event again for minutes, not days."""
KEPT_FOR: Final = timedelta(days=30)
"""How long an ended workflow, a shown change, a sent answer and a person are remembered."""
_ONE_OFF: Final = ("answer:", "digest:", "fault:", "reply:")
"""Keys of messages that are sent once; cards, reports and greetings are edited, and so kept for life."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long an operator lets us keep what is the team's; None keeps it until somebody deletes it."""

    datasets: timedelta | None = None
    """Since somebody last added to a dataset or trained on it."""
    transcripts: timedelta | None = None
    """Since a question was asked."""

    @classmethod
    def of(cls, settings: Settings) -> "Retention":
        return cls(_days(settings.dataset_days), _days(settings.transcript_days))


def _days(days: int) -> timedelta | None:
    return timedelta(days=days) if days else None


@dataclass(frozen=True, slots=True)
class Pruning:
    """Jobs and models are never forgotten; datasets and transcripts only where the operator says when."""

    stores: Stores
    durable: Durable
    holds: Holds
    clock: Callable[[], datetime]
    retention: Retention
    expire_datasets: Callable[[datetime], Awaitable[None]]

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
        if self.retention.transcripts is not None:
            await self.stores.turns.forget(now - self.retention.transcripts)
        if self.retention.datasets is not None:
            await self.expire_datasets(now - self.retention.datasets)
