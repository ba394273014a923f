"""Turns what changed about a job into the messages that tell people: its card, its milestones, the team's notice."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from slack_sdk.errors import SlackClientError

from handlers.blocks.comparison import comparison
from handlers.blocks.job_card import Watched, job_card
from handlers.blocks.kit import Content, section
from handlers.blocks.learning_curve import learning_curve
from handlers.blocks.milestones import milestone, team_notice
from handlers.language import Voice
from handlers.mrkdwn import escape
from handlers.people import People
from storage.changes import ChangeStore
from storage.deliveries import DeliveryStore
from storage.errors import DatabaseUnavailable
from storage.jobs import JobStore
from storage.models import ModelStore
from storage.rows import Change, ChangeKind, Job, JobStatus, Place
from tuning.jobs.approvals import APPROVED
from tuning.jobs.curves import curves
from tuning.jobs.learning_curve import ids_beside, outcome

logger = logging.getLogger(__name__)

_PUT_OFF_FOR = timedelta(minutes=1)
_MOST_STAGES = 1_000
"""Jobs whose last shown stage is remembered; of one that is forgotten, a little is shown once more."""


class _NotKnownYet(Exception):
    """Slack doesn't tell at the moment who reads a channel."""


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
    on_stage: Callable[[Job], Awaitable[None]]
    """Shows elsewhere that a job has reached another stage; what it raises of Slack's is tried again."""
    providers: Mapping[str, str] = field(default_factory=dict)
    """Every provider that is set up here, and its name in sentences."""
    others: dict[str, Callable[[Change], Awaitable[None]]] = field(default_factory=dict)
    """Who tells of changes of other things than jobs, by what their subjects begin with."""
    _put_off: dict[int, datetime] = field(default_factory=dict, init=False)
    """By its id, until when a change waits that couldn't be told."""
    _stages: dict[str, tuple[str | bool, ...]] = field(default_factory=dict, init=False)

    async def write(self) -> int:
        """Write the deliveries of all waiting changes; returns how many changes there were."""
        waiting = await self.changes.waiting()
        for change in waiting:
            if self._put_off.get(change.id, self.clock()) <= self.clock():
                await self._write_safely(change)
        return len(waiting)

    async def _write_safely(self, change: Change) -> None:
        """A change that can't be told stays waiting, and holds up nothing else."""
        other = self.others.get(change.subject.partition(":")[0])
        try:
            if other:
                await other(change)
            job = None if other else await self.jobs.get(change.tenant, change.subject.removeprefix("job:"))
            if job is not None:
                await self._announce(change, job)
            await self.changes.done(change)
        except DatabaseUnavailable:
            raise
        except SlackClientError:
            logger.warning("change_not_announced", exc_info=True, extra={"key": change.key})
        except _NotKnownYet:
            self._put_off[change.id] = self.clock() + _PUT_OFF_FOR
        except Exception:
            # The edge of one change: whatever is wrong with it must not stop the messages of all others.
            logger.exception("change_not_announced", extra={"key": change.key})
            self._put_off[change.id] = self.clock() + _PUT_OFF_FOR
        else:
            self._put_off.pop(change.id, None)

    async def _announce(self, change: Change, job: Job) -> None:
        voice = await self.people.voice_in(job.tenant, job.place.channel_id, job.owner_id)
        if change.kind is ChangeKind.CARD:
            await self._show_card(voice, job)
            return
        reached = change.key.rpartition(":")[2]
        if reached == "compared":
            await self._put(job, change.key, job.place, comparison(voice, job, job.comparison or change.parameters))
            return
        if reached == APPROVED:
            told = voice("approvals.told.approved", name=escape(job.name), by=f"<@{change.parameters['by']}>")
            await self._put(job, change.key, job.place, Content(told, (section(told),)))
            return
        job = replace(job, status=JobStatus(reached))
        await self._put(job, change.key, job.place, milestone(voice, job, await self._deleted_at(job)))
        if job.status.is_final:
            await self._show_curve(voice, job)
        if job.status.is_final and self.team_channel_id not in {"", job.place.channel_id} and await self._is_open(job):
            notice = team_notice(self.people.channel_voice, job)
            await self._put(job, f"{change.key}:team", Place(self.team_channel_id), notice)

    async def _show_card(self, voice: Voice, job: Job) -> None:
        """Beside the card, whatever else shows how far the job is, once that is another stage."""
        await self._put(job, f"job:{job.id}:card", job.place, await self.card(voice, job))
        deleted_at = await self._deleted_at(job)
        stage = (job.status.value, job.is_cancel_requested, deleted_at is not None)
        if self._stages.get(job.id) == stage:
            return
        await self.on_stage(job)
        self._stages[job.id] = stage
        if len(self._stages) > _MOST_STAGES:
            del self._stages[next(iter(self._stages))]
        key = f"job:{job.id}:{JobStatus.SUCCEEDED}"
        if deleted_at and await self.deliveries.by_key(job.tenant, key):
            await self._put(job, key, job.place, milestone(voice, job, deleted_at))

    async def _show_curve(self, voice: Voice, job: Job) -> None:
        """Where the job was the last of a learning curve, what the three have come to."""
        ids = ids_beside(job.id)
        jobs = [await self.jobs.get(job.tenant, id_) for id_ in ids]
        if reached := outcome([one for one in jobs if one is not None]):
            await self._put(job, f"job:{ids[-1]}:curve", job.place, learning_curve(voice, reached))

    async def _is_open(self, job: Job) -> bool:
        """Whether the team's channel may be told: not of what lives in a direct message or a private channel.

        Raises:
            _NotKnownYet: Slack doesn't tell at the moment.
        """
        is_open = await self.people.channels.openness(job.place.channel_id)
        if is_open is None:
            raise _NotKnownYet(job.place.channel_id)
        return is_open

    async def card(self, voice: Voice, job: Job) -> Content:
        """The job's card as it would be shown now."""
        metrics = await self.jobs.metrics(job.tenant, job.id)
        deleted_at = await self._deleted_at(job)
        return job_card(voice, Watched(job, curves(metrics), self.clock(), deleted_at, self.providers))

    async def _deleted_at(self, job: Job) -> datetime | None:
        """When the model that the job has made was deleted."""
        model = await self.models.get(job.tenant, job.fine_tuned_model) if job.fine_tuned_model else None
        return model.deleted_at if model else None

    async def _put(self, job: Job, key: str, place: Place, content: Content) -> None:
        await self.deliveries.put(job.tenant, key, place, content.payload(), self.clock())
