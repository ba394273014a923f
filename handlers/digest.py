"""Tells the team's channel, at the time that the settings name, how its fine-tuning went."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from handlers.blocks.digest import digest_message
from handlers.outbox import Outbox
from handlers.people import People
from storage.jobs import JobStore
from storage.rows import Model, Place, Tenant
from tuning.access import Actor, Viewer
from tuning.digest import Rhythm, digest_of, period_due
from tuning.ends import End
from tuning.models import Models

LOOK_SECONDS: Final = 300.0
"""Between two looks at the clock."""
SOON: Final = timedelta(days=60)
_MOST_JOBS = 1000
_NOBODY: Final = Actor("")


@dataclass(frozen=True, slots=True)
class Digests:
    """A digest is a message of the outbox under the key of its period: any process may write it, and it is sent once."""

    jobs: JobStore
    models: Models
    people: People
    outbox: Outbox
    tenant: Tenant
    channel_id: str
    """The team's; empty where the settings name none, and nothing is told."""
    rhythm: Rhythm
    clock: Callable[[], datetime]

    async def tell(self) -> None:
        """Write the digest that is due now, where there is one and it has anything to say."""
        period = period_due(self.rhythm, self.clock())
        if not self.channel_id or period is None:
            return
        # What others read too is nobody's own: only what every member of the workspace may see.
        reader = Viewer(self.tenant, _NOBODY, self.channel_id, self.people.channels.is_public, is_alone=False)
        digest = digest_of(await reader.visible(await self.jobs.recent(self.tenant, _MOST_JOBS)), period)
        ends = await self._ending_soon(reader)
        if not digest.is_empty or ends:
            content = digest_message(self.people.channel_voice, digest, ends, self.clock().date())
            await self.outbox.put_first(self.tenant, f"digest:{period.key}", Place(self.channel_id), content)

    async def _ending_soon(self, reader: Viewer) -> list[tuple[Model, End]]:
        """The models that stop within 60 days, the soonest first."""
        today, models = self.clock().date(), await self.models.recent(reader)
        known = zip(models, await self.models.ends(models), strict=True)
        soon = [(end.on, model.name, model, end) for model, end in known if end.on and today < end.on <= today + SOON]
        return [(model, end) for _, _, model, end in sorted(soon, key=lambda one: one[:2])]
