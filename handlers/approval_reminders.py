"""Reminding those who are asked of starts that still wait for them, until these expire."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handlers.approval_requests import ApprovalRequests
from handlers.blocks.approvals import approval_reminder
from handlers.outbox import Outbox
from storage.rows import Place, Tenant
from storage.starts import StartStore
from tuning.jobs.expiry import Expiry

_AFTER_DAYS: Final = (6, 3, 1)
"""Our choice: often enough to be seen, and the last a day before the start expires."""


@dataclass(frozen=True, slots=True)
class ApprovalReminders:
    """A reminder is a message of the outbox under the key of its job, its reader and its day, so it is sent once."""

    starts: StartStore
    requests: ApprovalRequests
    outbox: Outbox
    expiry: Expiry
    tenant: Tenant
    clock: Callable[[], datetime]

    async def remind(self) -> None:
        """End what has expired, and write whatever is due now.

        Raises:
            SlackApiError: Slack doesn't tell who its admins are; it is tried again with the next look.
        """
        await self.expiry.expire(self.tenant)
        for job in await self.starts.awaiting(self.tenant):
            waited_days = (self.clock() - job.created_at).days
            due = next((days for days in _AFTER_DAYS if waited_days >= days), None)
            if due is None:
                continue
            for user_id in await self.requests.approvers.of(self.tenant):
                if user_id != job.owner_id:
                    voice = await self.requests.people.voice(self.tenant, user_id)
                    key = f"approval:{job.id}:{user_id}:after:{due}"
                    await self.outbox.put_first(
                        self.tenant, key, Place(user_id), approval_reminder(voice, job, waited_days)
                    )
