"""Starts that nobody has decided on in time."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from storage.rows import JobStatus, Tenant
from storage.starts import Judged, StartStore
from tuning.jobs.approvals import audit_of
from tuning.jobs.progress import changes_between

APPROVAL_DAYS: Final = 7
"""Our choice: a week has everybody's working days in it, and prices, budgets and datasets seldom stay as they were for longer."""

EXPIRED: Final = "approval_expired"
"""The `error_code` of a job that was neither approved nor declined in time."""


@dataclass(frozen=True, slots=True)
class Expiry:
    """Ends what still awaits an approval after `APPROVAL_DAYS`, so that no forgotten wish costs money later."""

    starts: StartStore
    clock: Callable[[], datetime]
    wake: Callable[[], None]

    async def expire(self, tenant: Tenant) -> None:
        """End what is overdue now; what is decided in the same moment stays as it was decided."""
        now = self.clock()
        for job in await self.starts.awaiting(tenant):
            if now - job.created_at < timedelta(days=APPROVAL_DAYS):
                continue
            ended = replace(
                job, status=JobStatus.CANCELLED, status_since=now, finished_at=now, error_code=EXPIRED, error_message=""
            )
            # Nobody has decided: the audit stands in the name of who asked.
            audit = audit_of(ended, "lapse", job.owner_id, now)
            if await self.starts.decide(Judged(ended, audit, changes_between(job, ended))):
                self.wake()
