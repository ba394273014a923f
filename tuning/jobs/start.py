"""The steps that bring a job to its provider, for the durable workflow `start_job`.

A step runs at least once: a process may die between doing and noting it. So each step first looks whether its
work was done already. Steps take and return plain JSON, and what went wrong is a value, not an exception, since
that is all that survives a restart.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from storage.datasets import DatasetStore
from storage.errors import DatabaseUnavailable, DatasetGone, FileMissing
from storage.jobs import JobStore
from storage.rows import JSON, DatasetVersion, Job, Tenant
from tuning.datasets.held_out import HeldOut
from tuning.datasets.parts import Parts
from tuning.errors import DatasetNotFound, ProviderError, ProviderRefused, UserFacingError
from tuning.jobs.attempts import Attempts
from tuning.jobs.creation import CancelWanted, Creation
from tuning.jobs.endings import CANCELLED, broken, end, failed, failed_with
from tuning.jobs.progress import card, changes_between, progressed
from tuning.jobs.uploads import Uploads
from tuning.jobs.waiting import Pause, with_database
from tuning.providers.gateway import Gateway
from tuning.providers.gateways import Gateways

logger = logging.getLogger(__name__)

Step = Callable[[JSON, str], Awaitable[JSON]]
"""Takes the tenant as JSON and the job's id; returns an outcome: `ok`, and if not, `status`, `code`, `message`."""

_DONE: JSON = {"ok": True}


@dataclass(frozen=True, slots=True)
class StartJob:
    """The workflow: prepare, upload, create, and if one of them fails, say so on the job."""

    prepare: Step
    upload: Step
    create: Step
    end: Callable[[JSON, str, JSON], Awaitable[JSON]]

    async def run(self, tenant: JSON, job_id: str) -> JSON:
        """Start the job, or end it with the reason why it could not be started."""
        for step in (self.prepare, self.upload, self.create):
            outcome = await step(tenant, job_id)
            if not outcome["ok"]:
                return await self.end(tenant, job_id, outcome)
        return _DONE


@dataclass(frozen=True, slots=True)
class StartSteps:
    """What the steps of `StartJob` do."""

    jobs: JobStore
    datasets: DatasetStore
    parts: Parts
    uploads: Uploads
    gateways: Gateways
    pause: Pause
    clock: Callable[[], datetime]
    wake: Callable[[], None]

    async def prepare(self, tenant: JSON, job_id: str) -> JSON:
        """Cut the dataset into training and validation part where the job asks for that, and look that nothing leaks."""
        return await self._outcome(tenant, job_id, self._prepare)

    async def upload(self, tenant: JSON, job_id: str) -> JSON:
        """Bring both files to the provider's account."""
        return await self._outcome(tenant, job_id, self._upload)

    async def create(self, tenant: JSON, job_id: str) -> JSON:
        """Create the job at the provider, exactly once, and note its id."""
        return await self._outcome(tenant, job_id, self._create)

    async def end(self, tenant: JSON, job_id: str, outcome: JSON) -> JSON:
        """Note on the job why it was not started."""
        return await with_database(self.pause, lambda: self._end(Tenant(**tenant), job_id, outcome))

    @property
    def _attempts(self) -> Attempts:
        return Attempts(self.jobs, self.clock)

    async def _end(self, tenant: Tenant, job_id: str, outcome: JSON) -> JSON:
        job = await self.jobs.get(tenant, job_id)
        if job is not None and not job.status.is_final:
            await end(self.jobs, job, outcome, self.clock())
            self.wake()
        return outcome

    async def _outcome(self, tenant: JSON, job_id: str, work: Callable[[Job], Awaitable[None]]) -> JSON:
        return await with_database(self.pause, lambda: self._attempt(Tenant(**tenant), job_id, work))

    async def _attempt(self, tenant: Tenant, job_id: str, work: Callable[[Job], Awaitable[None]]) -> JSON:
        job = await self.jobs.get(tenant, job_id)
        if job is None or job.provider_job_id or job.status.is_final:
            return _DONE
        try:
            await work(job)
        except CancelWanted:
            return CANCELLED
        except UserFacingError as error:
            return failed(error)
        except (DatasetGone, FileMissing) as error:
            return failed_with("dataset_gone", str(error))
        except DatabaseUnavailable:
            raise
        except Exception:  # The edge of a step: whatever is wrong, nobody must wait for this job in vain.
            logger.exception("start_step_failed", extra={"job_id": job_id})
            return await broken(self._attempts, job)
        return _DONE

    async def _prepare(self, job: Job) -> None:
        _stop_if_cancelled(job)
        if job.request.test_version_id:
            # Before the other parts, since those leave out whatever is in a test part by then.
            await self.parts.ensure(job.tenant, job.request.test_version_id)
        wanted = filter(None, (job.request.training_version_id, job.request.validation_version_id))
        training, *validation = [await self.parts.ensure(job.tenant, version_id) for version_id in wanted]
        await HeldOut(self.parts).require_apart(training, next(iter(validation), None))

    async def _upload(self, job: Job) -> None:
        _stop_if_cancelled(job)
        await self._uploaded(job, self.gateways.of(job.request.provider))

    async def _uploaded(self, job: Job, gateway: Gateway) -> Job:
        async def on_wait(error: ProviderError) -> None:
            _stop_if_cancelled(await self._held_up(job, error))

        ids = [await self.uploads.file_id(gateway, one, job.id, on_wait) for one in await self._versions(job)]
        await self.uploads.await_ready(gateway, ids, on_wait)
        uploaded = replace(job, training_file_id=ids[0], validation_file_id="".join(ids[1:]))
        await self.jobs.advance(uploaded, changes=[card(job)])
        self.wake()
        return uploaded

    async def _held_up(self, job: Job, error: ProviderError) -> Job:
        """Say on the card what the start waits for; the job as it is stored, to see whether it was cancelled."""
        newest = await self.jobs.get(job.tenant, job.id) or job
        if newest.error_code != error.code:
            await self.jobs.advance(replace(newest, error_code=error.code), changes=[card(job)])
            self.wake()
        return newest

    async def _create(self, job: Job) -> None:
        gateway = self.gateways.of(job.request.provider)

        async def is_cancel_wanted() -> bool:
            newest = await self.jobs.get(job.tenant, job.id)
            return newest is not None and newest.is_cancel_requested

        async def on_wait(error: ProviderError) -> None:
            await self._held_up(job, error)

        creation = Creation(gateway, self.pause, self.clock, is_cancel_wanted, on_wait, self._attempts)
        try:
            created = await creation.find_or_create(job, job.training_file_id, job.validation_file_id)
        except ProviderRefused:
            renewed = await self._with_lost_files(job, gateway)
            if renewed is None:
                raise
            job = renewed
            created = await creation.find_or_create(job, job.training_file_id, job.validation_file_id)
        begun = progressed(job, created, [], self.clock())
        await self.jobs.advance(begun, changes=changes_between(job, begun))
        self.wake()

    async def _with_lost_files(self, job: Job, gateway: Gateway) -> Job | None:
        """The job with those files uploaded again that the provider no longer has; None where it has them all."""
        file_ids = (job.training_file_id, job.validation_file_id)
        versions = zip(await self._versions(job), file_ids, strict=False)
        lost = [version for version, file_id in versions if not await gateway.has_file(file_id)]
        for version in lost:
            await self.uploads.forget(gateway, version, job.id)
        return await self._uploaded(job, gateway) if lost else None

    async def _versions(self, job: Job) -> list[DatasetVersion]:
        """The training part, and the validation part if there is one."""
        wanted = filter(None, (job.request.training_version_id, job.request.validation_version_id))
        found = [await self.datasets.version(job.tenant, version_id) for version_id in wanted]
        versions = [version for version in found if version is not None]
        if len(versions) < len(found):
            raise DatasetNotFound(job.request.training_version_id)
        return versions


def _stop_if_cancelled(job: Job) -> None:
    if job.is_cancel_requested:
        raise CancelWanted
