"""What the commands about approvals and past decisions answer."""

from dataclasses import dataclass

from handlers.asker import Asker, Commands
from handlers.blocks.approvals import audit_list, awaiting_list
from handlers.blocks.kit import Content
from handlers.mrkdwn import escape
from tuning.jobs.approvals import Approvals

MOST_AUDITS = 30


@dataclass(frozen=True, slots=True)
class ApprovalCommands:
    """List what waits, decide on it, and list what was decided."""

    approvals: Approvals

    def table(self) -> Commands:
        return Commands(
            typed={"approvals": self.awaiting, "audit": self.audit},
            pressed={
                "approvals.list": self.awaiting,
                "approvals.approve": self.approve,
                "approvals.decline": self.decline,
            },
        )

    async def awaiting(self, asker: Asker, _: str) -> Content:
        jobs = await self.approvals.awaiting(asker.viewer)
        return awaiting_list(asker.voice, jobs, may_decide=asker.actor.is_admin)

    async def audit(self, asker: Asker, _: str) -> Content:
        return audit_list(asker.voice, await self.approvals.trail(asker.viewer, MOST_AUDITS))

    async def approve(self, asker: Asker, job_id: str) -> Content:
        job = await self.approvals.approve(asker.viewer, job_id)
        return asker.told("approvals.approved", name=escape(job.name))

    async def decline(self, asker: Asker, job_id: str) -> Content:
        job = await self.approvals.decline(asker.viewer, job_id)
        return asker.told("approvals.declined", name=escape(job.name), owner=f"<@{job.owner_id}>")
