"""Handing a job to the durable workflow that starts it, and looking after those that it has lost."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime

from storage.jobs import JobStore
from storage.rows import Job, JobStatus
from tuning.durable_work import START, DurableProgress, StartDurable
from tuning.jobs.attempts import Attempts
from tuning.jobs.endings import broken, end

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Launch:
    """Sees to it that no job stays 'starting' without anybody at work on it."""

    jobs: JobStore
    start_durable: StartDurable
    durable_progress: DurableProgress
    clock: Callable[[], datetime]
    wake: Callable[[], None]
    sweep_seconds: float = 60

    async def run(self, stop: asyncio.Event) -> None:
        """Sweep at once and then again and again, until `stop` is set."""
        while not stop.is_set():
            try:
                await self.sweep()
            except Exception:  # The loop's own edge: a database that is away must not end the bot.
                logger.exception("launch_sweep_failed")
            with suppress(TimeoutError):
                async with asyncio.timeout(self.sweep_seconds):
                    await stop.wait()

    async def sweep(self) -> None:
        """Begin what was stored and not begun, and end what broke off, among all teams' jobs."""
        for job in await self.jobs.starting():
            await self.revive(job)

    async def begin(self, job: Job) -> None:
        """Start the workflow; a second time this does nothing."""
        await self.start_durable(START, _workflow_id(job), asdict(job.tenant), job.id)

    async def revive(self, job: Job) -> None:
        """Begin the job if that was never done, and end it if its workflow is over without having done so."""
        progress = await self.durable_progress(_workflow_id(job))
        if progress == "unknown":
            await self.begin(job)
        if progress == "over":
            await self._end(job)

    async def _end(self, job: Job) -> None:
        # The workflow may have ended well since the job was read.
        newest = await self.jobs.get(job.tenant, job.id)
        if newest is not None and newest.status is JobStatus.STARTING and not newest.provider_job_id:
            logger.error("start_broken_off", extra={"job_id": job.id})
            outcome = await broken(Attempts(self.jobs, self.clock), newest)
            await end(self.jobs, newest, outcome, self.clock())
            self.wake()


def _workflow_id(job: Job) -> str:
    return f"start:{job.id}"
