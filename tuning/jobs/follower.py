"""Following every job that runs, of all teams, until it ends: one loop, held by one process at a time.

A job's new state, its new events and what Slack should show of them are written in one transaction. What was
fetched but not written is fetched again, since a provider's events are read back to those that are stored; so a
crash at any point loses nothing and repeats nothing.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from storage.datasets import DatasetStore
from storage.jobs import JobStore
from storage.leases import Lease
from storage.models import ModelStore
from storage.rows import Job, JobEvent, JobStatus
from tuning.durable_work import COMPARE, StartDurable
from tuning.errors import ProviderAuthentication, ProviderError, ProviderMissing, ProviderUnavailable, UserFacingError
from tuning.jobs.progress import QUIET, UNREACHABLE, card, changes_between, gone, progressed, stored_event
from tuning.models import model_of
from tuning.providers.gateway import Gateway
from tuning.providers.gateways import Gateways

logger = logging.getLogger(__name__)

GONE_SECONDS: Final = 1_800
"""A job that its provider doesn't know for so long is over; a proxy's passing 404 must not end a paid job."""
_CANCEL_SECONDS: Final = 60
"""A wish to cancel is passed on this often, until the job has ended."""
_CARD_SECONDS: Final = 60
"""While nothing happens, a card is brought up to date this often."""
_LONGEST_PAUSE_SECONDS: Final = 30
_AT_ONCE: Final = 8
_KNOWN_EVENTS: Final = 200
_MOST_JOBS: Final = 10_000
_ANSWERS: Final = (ProviderAuthentication, ProviderMissing)


@dataclass(slots=True)
class Follower:
    """Asks the providers about every live job, each as often as its provider's profile says."""

    jobs: JobStore
    datasets: DatasetStore
    models: ModelStore
    gateways: Gateways
    lease: Lease
    start_durable: StartDurable
    clock: Callable[[], datetime]
    wake: Callable[[], None]
    """Tells the outbox beside it that there are changes to show."""
    _due_at: dict[str, datetime] = field(default_factory=dict, init=False)
    _card_at: dict[str, datetime] = field(default_factory=dict, init=False)
    _cancel_at: dict[str, datetime] = field(default_factory=dict, init=False)
    _missing_since: dict[str, datetime] = field(default_factory=dict, init=False)

    async def run(self, stop: asyncio.Event) -> None:
        """Sweep until `stop` is set."""
        seconds = min((gateway.profile.poll_seconds for gateway in self.gateways), default=_LONGEST_PAUSE_SECONDS)
        while not stop.is_set():
            try:
                if await self.lease.is_held():
                    await self.sweep()
            except Exception:  # The loop's own edge: a database that is away must not end the following of jobs.
                logger.exception("follower_sweep_failed")
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await stop.wait()
        await self.lease.release()

    async def sweep(self) -> int:
        """Look once at every live job that is due; the number of jobs looked at."""
        live = await self.jobs.live(_MOST_JOBS)
        self._forget_all_but({job.id for job in live})
        now = self.clock()
        due = [job for job in live if self._due_at.get(job.id, now) <= now]
        room = asyncio.Semaphore(_AT_ONCE)
        await asyncio.gather(*(self._follow_safely(job, room) for job in due))
        return len(due)

    async def _follow_safely(self, job: Job, room: asyncio.Semaphore) -> None:
        async with room:
            try:
                await self._follow(job)
            except Exception:  # The edge of one job: whatever is wrong with it must not stop the others.
                logger.exception("job_follow_failed", extra={"job_id": job.id})

    async def _follow(self, job: Job) -> None:
        try:
            gateway = self.gateways.of(job.request.provider)
            self._wait(job, gateway.profile.poll_seconds)
            await self._hear(job, gateway)
        except UserFacingError as error:
            if isinstance(error, ProviderUnavailable) and error.retry_after_seconds is not None:
                self._wait(job, error.retry_after_seconds)
            logger.info("provider_not_heard", extra={"job_id": job.id, "code": error.code})
            await self._note_silence(job, error)

    async def _hear(self, job: Job, gateway: Gateway) -> None:
        if job.is_cancel_requested:
            await self._cancel(job, gateway)
        heard = await gateway.retrieve_job(job.provider_job_id)
        known = {event.event_id for event in await self.jobs.events(job.tenant, job.id, _KNOWN_EVENTS)}
        fetched = await gateway.events(job.provider_job_id, known)
        events = [stored_event(job, event) for event in fetched]
        self._missing_since.pop(job.id, None)
        now = self.clock()
        after = progressed(job, heard, events, now)
        if after.status is JobStatus.SUCCEEDED and after.fine_tuned_model:
            await self._keep_model(after, gateway, now)
        await self._write(job, after, events, now)

    async def _cancel(self, job: Job, gateway: Gateway) -> None:
        now = self.clock()
        if now < self._cancel_at.get(job.id, now):
            return
        self._cancel_at[job.id] = now + timedelta(seconds=_CANCEL_SECONDS)
        # Whether it refuses, conflicts or breaks: the job's own status, asked for next, will tell.
        with suppress(ProviderError):
            await gateway.cancel_job(job.provider_job_id)

    async def _keep_model(self, job: Job, gateway: Gateway, now: datetime) -> None:
        """Keep the model and start its comparison, before the job is written as ended: a crash repeats both.

        Where a model must be deployed first, neither it nor its base can be asked yet, so nothing is compared; nor is
        a job that was only taken over, whose data we don't know.
        """
        version = await self.datasets.version(job.tenant, job.request.training_version_id)
        await self.models.add(model_of(job, version, now))
        is_ours = bool(job.request.training_version_id)
        if is_ours and not gateway.profile.serves_by_deployment:
            await self.start_durable(COMPARE, f"compare:{job.id}", asdict(job.tenant), job.id)

    async def _write(self, before: Job, after: Job, events: Sequence[JobEvent], now: datetime) -> None:
        changes = changes_between(before, after)
        if not changes and self._is_card_old(before, now):
            changes = [card(after)]
        await self.jobs.advance(after, events, changes)
        if changes:
            self._card_at[before.id] = now
            self.wake()

    async def _note_silence(self, job: Job, error: UserFacingError) -> None:
        now = self.clock()
        if self._is_gone(job, error, now):
            return await self._write(job, gone(job, now), [], now)
        # These are answers, if not the wanted ones: the card says them at once and not that nobody answers.
        held_up = replace(job, error_code=error.code if isinstance(error, _ANSWERS) else "")
        if held_up.error_code != job.error_code or self._is_silence_untold(job, now):
            await self.jobs.advance(held_up, changes=[card(job)])
            self._card_at[job.id] = now
            self.wake()
        return None

    def _is_gone(self, job: Job, error: UserFacingError, now: datetime) -> bool:
        if not isinstance(error, ProviderMissing):
            self._missing_since.pop(job.id, None)
            return False
        missing_since = self._missing_since.setdefault(job.id, now)
        return now - missing_since >= timedelta(seconds=GONE_SECONDS)

    def _is_silence_untold(self, job: Job, now: datetime) -> bool:
        """Whether the provider has grown quiet or unreachable since the card was drawn; it is redrawn once for each."""
        silent_since = job.last_heard_at or job.created_at
        passed = [silent_since + after for after in (QUIET, UNREACHABLE) if silent_since + after <= now]
        drawn_at = self._card_at.get(job.id)
        return bool(passed) and (drawn_at is None or drawn_at < passed[-1])

    def _is_card_old(self, job: Job, now: datetime) -> bool:
        marked_at = self._card_at.get(job.id)
        return marked_at is None or now - marked_at >= timedelta(seconds=_CARD_SECONDS)

    def _wait(self, job: Job, seconds: float) -> None:
        self._due_at[job.id] = self.clock() + timedelta(seconds=seconds)

    def _forget_all_but(self, live: set[str]) -> None:
        for remembered in (self._due_at, self._card_at, self._cancel_at, self._missing_since):
            for job_id in remembered.keys() - live:
                del remembered[job_id]
