"""Reminds of models that will stop: 60, 30, 14, 7 and 1 days before, each time once."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from handlers.blocks.ends import told_reminder
from handlers.outbox import Outbox
from handlers.people import People
from storage.deliveries import DeliveryStore
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
    """Writes a delivery for each reminder under a key that names its models, so that none is told of twice.

    The team's channel is told of the models of public channels. What lives in a private channel or a direct message is
    said there, and so is everything where no team channel is set. All models of a channel that stop on one day are in
    one message. While Slack doesn't tell whether a channel is public, its models wait for the next look.
    """

    models: Models
    outbox: Outbox
    deliveries: DeliveryStore
    people: People
    team: Team
    clock: Callable[[], datetime]

    async def remind(self) -> None:
        """Write whatever is due now, for all teams."""
        today = self.clock().date()
        for (tenant, channel_id, on), due in (await self._due(today)).items():
            reminder = f"ends:{on.isoformat()}:{reminder_due(on, today)}:"
            models = await self._untold(tenant, reminder, due)
            if models:
                voice = await self.people.voice_in(tenant, channel_id, models[0].owner_id)
                content = told_reminder(voice, [model.name for model in models], on, today)
                key = reminder + ".".join(sorted(map(_mark, models)))
                await self.outbox.put_first(tenant, key, _place_of(channel_id, models), content)

    async def _due(self, today: date) -> Mapping[tuple[Tenant, str, date], Sequence[Model]]:
        """The models whose end is to be reminded of, by team, by the channel in which that is said, and by the day."""
        models = await self.models.store.alive()
        due: dict[tuple[Tenant, str, date], list[Model]] = defaultdict(list)
        for model, end in zip(models, await self.models.ends(models), strict=True):
            if end.on and reminder_due(end.on, today) is not None and (channel_id := await self._channel(model)):
                due[model.tenant, channel_id, end.on].append(model)
        return due

    async def _channel(self, model: Model) -> str:
        """Where a model is told of; empty as long as that isn't known."""
        if not self.team.channel_id or model.tenant != self.team.tenant:
            return model.place.channel_id
        is_for_all = await self.people.channels.openness(model.place.channel_id)
        if is_for_all is None:
            return ""
        return self.team.channel_id if is_for_all else model.place.channel_id

    async def _untold(self, tenant: Tenant, reminder: str, models: Sequence[Model]) -> Sequence[Model]:
        """Those of which this reminder hasn't told in any place."""
        written = await self.deliveries.beginning_with(tenant, reminder)
        told = {mark for one in written for mark in one.key.removeprefix(reminder).split(".")}
        return [model for model in models if _mark(model) not in told]


def _mark(model: Model) -> str:
    """A model in a key, in a length that is always the same."""
    return hashlib.sha256(model.id.encode()).hexdigest()[:16]


def _place_of(channel_id: str, models: Sequence[Model]) -> Place:
    """The thread in which all of them live; else the channel itself."""
    threads = {model.place for model in models}
    return threads.pop() if threads == {Place(channel_id, models[0].place.thread_ts)} else Place(channel_id)
