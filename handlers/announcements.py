"""Turns what changed about a job into the messages that tell people: its card, its milestones, the team's notice."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from handlers.blocks.comparison import comparison
from handlers.blocks.job_card import Watched, job_card
from handlers.blocks.kit import Content
from handlers.blocks.milestones import milestone, team_notice
from handlers.language import Voice
from handlers.people import People
from storage.changes import ChangeStore
from storage.deliveries import DeliveryStore
from storage.jobs import JobStore
from storage.models import ModelStore
from storage.rows import Change, ChangeKind, Job, JobStatus, Place
from tuning.jobs.curves import curves


@dataclass(frozen=True, slots=True)
class Announcements:
    """Reads the changes that wait, and writes a delivery for each message they call for.

    A crash between the two writes them again under the same keys, so nobody is told twice.
    """

    changes: ChangeStore
    jobs: JobStore
    deliveries: DeliveryStore
    people: People
    team_channel_id: str
    """Told when a job of a public channel ends; empty where the settings name none."""
    clock: Callable[[], datetime]
    models: ModelStore

    async def write(self) -> int:
        """Write the deliveries of all waiting changes; returns how many changes there were."""
        waiting = await self.changes.waiting()
        for change in waiting:
            job = await self.jobs.get(change.tenant, change.subject.removeprefix("job:"))
            if job is not None:
                await self._announce(change, job)
            await self.changes.done(change)
        return len(waiting)

    async def _announce(self, change: Change, job: Job) -> None:
        voice = await self.people.voice_in(job.tenant, job.place.channel_id, job.owner_id)
        if change.kind is ChangeKind.CARD:
            await self._put(job, f"job:{job.id}:card", job.place, await self.card(voice, job))
            return
        reached = change.key.rpartition(":")[2]
        if reached == "compared":
            await self._put(job, change.key, job.place, comparison(voice, job, job.comparison or change.parameters))
            return
        job = replace(job, status=JobStatus(reached))
        await self._put(job, change.key, job.place, milestone(voice, job))
        if job.status.is_final and await self._is_for_the_team(job):
            notice = team_notice(self.people.channel_voice, job)
            await self._put(job, f"{change.key}:team", Place(self.team_channel_id), notice)

    async def _is_for_the_team(self, job: Job) -> bool:
        """Whether the team's channel is told: not of what lives in a direct message or a private channel."""
        is_elsewhere = self.team_channel_id not in {"", job.place.channel_id}
        return is_elsewhere and await self.people.channels.is_public(job.place.channel_id)

    async def card(self, voice: Voice, job: Job) -> Content:
        """The job's card as it would be shown now."""
        metrics = await self.jobs.metrics(job.tenant, job.id)
        model = await self.models.get(job.tenant, job.fine_tuned_model) if job.fine_tuned_model else None
        return job_card(voice, Watched(job, curves(metrics), self.clock(), model.deleted_at if model else None))

    async def _put(self, job: Job, key: str, place: Place, content: Content) -> None:
        await self.deliveries.put(job.tenant, key, place, content.payload(), self.clock())
