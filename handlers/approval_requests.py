"""Asks the administrators by direct message, and shows them there what has become of what they were asked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from handlers.approvers import Approvers
from handlers.blocks.approvals import approval_request, decided_request
from handlers.blocks.kit import Content, section
from handlers.people import People
from storage.audits import AuditStore
from storage.deliveries import DeliveryStore
from storage.rows import Audit, Job, JobStatus, Place
from tuning.jobs.approvals import hurdle_of


@dataclass(frozen=True, slots=True)
class ApprovalRequests:
    """One message an administrator and job, edited once it is decided. Nobody is asked about their own job."""

    approvers: Approvers
    audits: AuditStore
    deliveries: DeliveryStore
    people: People
    clock: Callable[[], datetime]

    async def show(self, job: Job) -> None:
        """Bring the requests to where the job now stands; a job that never needed an approval has none.

        Raises:
            SlackApiError: Slack doesn't tell who its admins are.
        """
        asked = await self.audits.by_key(job.tenant, f"job:{job.id}:ask")
        if asked is None:
            return
        is_open = job.status is JobStatus.AWAITING_APPROVAL
        decision = None if is_open else await self._decision(job)
        user_ids = [user_id for user_id in await self.approvers.of(job.tenant) if user_id != job.owner_id]
        for user_id in user_ids:
            key = f"approval:{job.id}:{user_id}"
            if is_open or await self.deliveries.by_key(job.tenant, key):
                voice = await self.people.voice(job.tenant, user_id)
                content = (
                    approval_request(voice, job, hurdle_of(asked)) if is_open else decided_request(voice, job, decision)
                )
                await self._put(job, key, Place(user_id), content)
        if is_open and not user_ids:
            voice = await self.people.voice_in(job.tenant, job.place.channel_id, job.owner_id)
            told = voice("approvals.nobody")
            await self._put(job, f"approval:{job.id}:nobody", job.place, Content(told, (section(told),)))

    async def _decision(self, job: Job) -> Audit | None:
        for action in ("approve", "decline", "cancel", "lapse"):
            if decision := await self.audits.by_key(job.tenant, f"job:{job.id}:{action}"):
                return decision
        return None

    async def _put(self, job: Job, key: str, place: Place, content: Content) -> None:
        await self.deliveries.put(job.tenant, key, place, content.payload(), self.clock())
