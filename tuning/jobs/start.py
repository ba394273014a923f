"""The steps that bring a job to its provider, for the durable workflow `start_job`.

A step runs at least once: a process may die between doing and noting it. So each step first looks whether its
work was done already. Steps take and return plain JSON, and what went wrong is a value, not an exception, since
that is all that survives a restart.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from storage.datasets import DatasetStore
from storage.errors import DatabaseUnavailable, DatasetGone, FileMissing
from storage.jobs import JobStore
from storage.rows import JSON, DatasetVersion, Job, JobEvent, JobStatus, Tenant
from tuning.datasets.parts import Parts
from tuning.errors import DatasetNotFound, ProviderRefused, UserFacingError
from tuning.jobs.creation import WAITS_SECONDS, CancelWanted, Creation, Pause
from tuning.jobs.progress import card, changes_between, progressed
from tuning.jobs.uploads import Uploads
from tuning.providers.gateways import Gateways

logger = logging.getLogger(__name__)

Step = Callable[[JSON, str], Awaitable[JSON]]
"""Takes the tenant as JSON and the job's id; returns an outcome: `ok`, and if not, `status`, `code`, `message`."""

OURS: Final = "tunesmith"
"""The type of events that are our own notes, which nobody is shown."""
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
        """Cut the dataset into training and validation part where the job asks for that."""
        return await self._outcome(tenant, job_id, self._prepare)

    async def upload(self, tenant: JSON, job_id: str) -> JSON:
        """Bring both files to the provider's account."""
        return await self._outcome(tenant, job_id, self._upload)

    async def create(self, tenant: JSON, job_id: str) -> JSON:
        """Create the job at the provider, exactly once, and note its id."""
        return await self._outcome(tenant, job_id, self._create)

    async def end(self, tenant: JSON, job_id: str, outcome: JSON) -> JSON:
        """Note on the job why it was not started."""
        job = await self.jobs.get(Tenant(**tenant), job_id)
        if job is not None and not job.status.is_final:
            now = self.clock()
            ended = replace(
                job,
                status=JobStatus(outcome["status"]),
                status_since=now,
                finished_at=now,
                error_code=outcome["code"],
                error_message=outcome["message"],
            )
            await self.jobs.advance(ended, changes=changes_between(job, ended))
            self.wake()
        return outcome

    async def _outcome(self, tenant: JSON, job_id: str, work: Callable[[Job], Awaitable[None]]) -> JSON:
        for wait_seconds in WAITS_SECONDS:
            try:
                return await self._attempt(Tenant(**tenant), job_id, work)
            except DatabaseUnavailable:
                logger.warning("start_waits_for_database", extra={"job_id": job_id})
                await self.pause(wait_seconds)
        return await self._attempt(Tenant(**tenant), job_id, work)

    async def _attempt(self, tenant: Tenant, job_id: str, work: Callable[[Job], Awaitable[None]]) -> JSON:
        job = await self.jobs.get(tenant, job_id)
        if job is None or job.provider_job_id or job.status.is_final:
            return _DONE
        try:
            await work(job)
        except CancelWanted:
            return {"ok": False, "status": JobStatus.CANCELLED.value, "code": "", "message": ""}
        except UserFacingError as error:
            return _failure(error.code, str(error))
        except (DatasetGone, FileMissing) as error:
            return _failure("dataset_gone", str(error))
        return _DONE

    async def _prepare(self, job: Job) -> None:
        _stop_if_cancelled(job)
        for version_id in filter(None, (job.request.training_version_id, job.request.validation_version_id)):
            await self.parts.ensure(job.tenant, version_id)

    async def _upload(self, job: Job) -> None:
        _stop_if_cancelled(job)
        gateway = self.gateways.of(job.request.provider)
        training, validation = await self._versions(job)
        training_file_id = await self.uploads.file_id(gateway, training, job.id)
        validation_file_id = await self.uploads.file_id(gateway, validation, job.id) if validation else ""
        uploaded = replace(job, training_file_id=training_file_id, validation_file_id=validation_file_id)
        await self.jobs.advance(uploaded, changes=[card(job)])
        self.wake()

    async def _create(self, job: Job) -> None:
        gateway = self.gateways.of(job.request.provider)

        async def is_cancel_wanted() -> bool:
            newest = await self.jobs.get(job.tenant, job.id)
            return newest is not None and newest.is_cancel_requested

        # The event is stored before the provider is asked: whoever finds it there comes after a crash.
        is_first_time = bool(await self.jobs.advance(job, [_intent(job, self.clock())]))
        creation = Creation(gateway, self.pause, is_cancel_wanted, may_exist=not is_first_time)
        try:
            created = await creation.find_or_create(job, job.training_file_id, job.validation_file_id)
        except ProviderRefused as error:
            if error.param in {"training_file", "validation_file"}:
                for version in filter(None, await self._versions(job)):
                    await self.uploads.forget(gateway, version)
            raise
        begun = progressed(job, created, [], self.clock())
        await self.jobs.advance(begun, changes=changes_between(job, begun))
        self.wake()

    async def _versions(self, job: Job) -> tuple[DatasetVersion, DatasetVersion | None]:
        wanted = job.request
        training = await self.datasets.version(job.tenant, wanted.training_version_id)
        validation = await self.datasets.version(job.tenant, wanted.validation_version_id)
        if training is None or (wanted.validation_version_id and validation is None):
            raise DatasetNotFound(wanted.training_version_id)
        return training, validation


def _stop_if_cancelled(job: Job) -> None:
    if job.is_cancel_requested:
        raise CancelWanted


def _intent(job: Job, now: datetime) -> JobEvent:
    return JobEvent(
        job_id=job.id,
        tenant=job.tenant,
        event_id=f"{job.id}:create",
        created_at=now,
        level="info",
        type=OURS,
        message="The provider is asked to create the job.",
        data={},
    )


def _failure(code: str, message: str) -> JSON:
    return {"ok": False, "status": JobStatus.FAILED.value, "code": code, "message": message}
