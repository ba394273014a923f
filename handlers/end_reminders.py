"""Reminds of models that will stop: 60, 30, 14, 7 and 1 days before, each time once."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from handlers.blocks.ends import told_reminder
from handlers.outbox import Outbox
from handlers.people import People
from storage.rows import Model, Place, Tenant
from tuning.ends import reminder_due
from tuning.models import Models

REMIND_SECONDS: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Team:
    """Whose channel the settings name."""

    tenant: Tenant
    channel_id: str
    """Empty where they name none."""


@dataclass(frozen=True, slots=True)
class EndReminders:
    """Writes a delivery for each reminder under a key of its own, so that a restart or a second process repeats none.

    The team's channel is told of the models of public channels, all that stop on one day in one message. What lives in
    a private channel or a direct message is said there, and so is everything where no team channel is set.
    """

    models: Models
    outbox: Outbox
    people: People
    team: Team
    clock: Callable[[], datetime]

    async def remind(self) -> None:
        """Write whatever is due now, for all teams."""
        today = self.clock().date()
        for (tenant, place, on), models in (await self._due(today)).items():
            days = reminder_due(on, today)
            voice = await self.people.voice_in(tenant, place.channel_id, models[0].owner_id)
            content = told_reminder(voice, [model.name for model in models], on, today)
            scope = "" if place.channel_id == self.team.channel_id else f":{place.channel_id}:{place.thread_ts}"
            key = f"ends:{on.isoformat()}:{days}{scope}"
            await self.outbox.put_first(tenant, key, place, content)

    async def _due(self, today: date) -> Mapping[tuple[Tenant, Place, date], Sequence[Model]]:
        """The models whose end is to be reminded of, by team, by where that is said, and by the day."""
        models = await self.models.store.alive()
        due: dict[tuple[Tenant, Place, date], list[Model]] = defaultdict(list)
        for model, end in zip(models, await self.models.ends(models), strict=True):
            if end.on and reminder_due(end.on, today) is not None:
                due[model.tenant, await self._place(model), end.on].append(model)
        return due

    async def _place(self, model: Model) -> Place:
        if not self.team.channel_id or model.tenant != self.team.tenant:
            return model.place
        is_for_all = await self.people.channels.is_public(model.place.channel_id)
        return Place(self.team.channel_id) if is_for_all else model.place
