"""Pausing a job and letting it go on, where its provider can."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from storage.rows import Job
from tuning.access import Viewer, require_change
from tuning.errors import CannotPause, JobOver
from tuning.jobs.jobs import Jobs
from tuning.jobs.progress import changes_between, progressed
from tuning.providers.gateway import Gateway
from tuning.providers.shapes import ProviderJob


@dataclass(frozen=True, slots=True)
class Pausing:
    """What an owner or an administrator does with a job that runs."""

    jobs: Jobs

    async def pause(self, viewer: Viewer, text: str) -> Job:
        """Stop a job after its step, to go on later.

        Raises:
            JobNotFound: no such job.
            NotAllowed: it belongs to somebody else.
            JobOver: it has ended.
            CannotPause: its provider can't, or doesn't know it yet.
            ProviderError: the provider didn't do it.
        """
        return await self._change(viewer, text, lambda gateway, job_id: gateway.pause_job(job_id))

    async def resume(self, viewer: Viewer, text: str) -> Job:
        """Let a paused job go on.

        Raises:
            The same as `pause`.
        """
        return await self._change(viewer, text, lambda gateway, job_id: gateway.resume_job(job_id))

    async def _change(self, viewer: Viewer, text: str, ask: Callable[[Gateway, str], Awaitable[ProviderJob]]) -> Job:
        job = await self.jobs.status(viewer, text)
        require_change(viewer.actor, job.owner_id, "pause")
        if job.status.is_final:
            raise JobOver(job.name)
        gateway = self.jobs.gateways.of(job.request.provider)
        if not gateway.profile.can_pause or not job.provider_job_id:
            raise CannotPause(gateway.title)
        after = progressed(job, await ask(gateway, job.provider_job_id), [], self.jobs.clock())
        await self.jobs.store.advance(after, changes=changes_between(job, after))
        self.jobs.wake()
        return after
