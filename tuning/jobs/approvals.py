"""Whether a job starts: at once, or once somebody else has approved it; each decision leaves an audit row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from storage.audits import AuditStore
from storage.rows import JSON, Audit, ChangeKind, Job, JobStatus, NewChange
from storage.starts import Judged, StartStore
from tuning.access import Actor, Viewer, require_member
from tuning.authority import Hurdle, Policy, Reason, require_approver
from tuning.datasets.rules.cost import Budget
from tuning.errors import AlreadyDecided, AuditClosed, JobNotFound, UserFacingError
from tuning.jobs.launch import Launch
from tuning.jobs.progress import card, changes_between
from tuning.jobs.spend import month_of, spent_usd

APPROVED = "approved"
"""The milestone that tells the owner who approved it."""
DECLINED = "declined"
"""The `error_code` of a job that was declined; its `error_message` is the user id of who declined it."""


@dataclass(frozen=True, slots=True)
class Approvals:
    """Decides on starts by the operator's policy, and lets administrators decide on the rest."""

    starts: StartStore
    audits: AuditStore
    policy: Policy
    launch: Launch
    clock: Callable[[], datetime]
    wake: Callable[[], None]

    async def hurdle(self, viewer: Viewer, usd: Decimal | None) -> Hurdle | None:
        """What a start at this price would need an approval for, as things stand."""
        spent = spent_usd(await self.starts.counted(viewer.tenant, month_of(self.clock())))
        return self.policy.hurdle(viewer.actor, usd, spent)

    async def budget(self, viewer: Viewer) -> Budget | None:
        """What one more job may cost without an approval; None where the operator has set no cap.

        The caps are soft: beyond them an administrator is asked, and may say yes.
        """
        spent, caps = await self.spent_usd(viewer), []
        if self.policy.job_cap_usd is not None:
            caps.append(self.policy.job_cap_usd)
        if self.policy.month_cap_usd is not None:
            caps.append(max(self.policy.month_cap_usd - spent, Decimal(0)))
        return Budget("", Decimal("Infinity"), min(caps)) if caps else None

    async def spent_usd(self, viewer: Viewer) -> Decimal:
        """What the team has spent this month."""
        return spent_usd(await self.starts.counted(viewer.tenant, month_of(self.clock())))

    async def admit(self, actor: Actor, job: Job) -> Job:
        """Store a job that is asked for: to start at once, or to await an approval.

        The same job id twice is one job, and is judged once.
        """
        since = month_of(self.clock())
        return await self.starts.add(job.tenant, job.id, lambda others: self._judged(actor, job, others), since)

    async def approve(self, viewer: Viewer, job_id: str) -> Job:
        """Let a job start with the settings that were asked for; however often pressed, it starts once.

        Raises:
            JobNotFound: no such job in this team.
            NotAnApprover: this person may not decide.
            OwnApproval: it is their own job.
            AlreadyDecided: somebody was quicker, or it was withdrawn.
        """
        now = self.clock()
        job = await self._awaiting(viewer, job_id)
        started = replace(job, status=JobStatus.STARTING, status_since=now, error_code="", error_message="")
        told = NewChange(ChangeKind.MILESTONE, f"job:{job.id}:{APPROVED}", {"by": viewer.actor.user_id})
        approved = await self._decide(viewer.actor, started, "approve", [card(started), told])
        await self.launch.begin(approved)
        return approved

    async def decline(self, viewer: Viewer, job_id: str) -> Job:
        """End a job before it has started, in the name of who declined it.

        Raises:
            JobNotFound, NotAnApprover, OwnApproval, AlreadyDecided: as for `approve`.
        """
        now = self.clock()
        job = await self._awaiting(viewer, job_id)
        who = viewer.actor.user_id
        ended = replace(
            job,
            status=JobStatus.CANCELLED,
            status_since=now,
            finished_at=now,
            error_code=DECLINED,
            error_message=who,
        )
        return await self._decide(viewer.actor, ended, "decline", changes_between(job, ended))

    async def withdraw(self, actor: Actor, job: Job) -> Job | None:
        """End a job that nobody has approved yet, at its owner's or an administrator's wish; None where it was decided."""
        now = self.clock()
        ended = replace(job, status=JobStatus.CANCELLED, status_since=now, finished_at=now, error_code="")
        return await self.starts.decide(Judged(ended, self._audit(actor, ended, "cancel"), changes_between(job, ended)))

    async def awaiting(self, viewer: Viewer) -> list[Job]:
        """The jobs that await an approval: an administrator sees all, others those that may be shown here."""
        require_member(viewer.actor)
        return await viewer.visible(await self.starts.awaiting(viewer.tenant))

    async def trail(self, viewer: Viewer, limit: int) -> list[Audit]:
        """The team's newest decisions, for administrators, where nobody else reads them.

        Raises:
            AuditClosed: for everybody else, and wherever others would read the answer.
        """
        require_member(viewer.actor)
        if not viewer.actor.is_admin or not viewer.is_alone:
            raise AuditClosed
        return await self.audits.recent(viewer.tenant, limit)

    async def note(self, actor: Actor, job: Job, action: str, **details: str) -> None:
        """Write down what was decided on a job elsewhere, once an action."""
        await self.audits.add(self._audit(actor, job, action, **details))

    def _judged(self, actor: Actor, job: Job, others: Sequence[Job]) -> Judged:
        hurdle = self.policy.hurdle(actor, job.estimated_usd, spent_usd(others))
        if hurdle is None:
            return Judged(job, self._audit(actor, job, "start"), [card(job)])
        waiting = replace(job, status=JobStatus.AWAITING_APPROVAL, error_code=hurdle.reason.value)
        return Judged(waiting, self._audit(actor, job, "ask", **_rested_on(hurdle)), [card(waiting)])

    async def _awaiting(self, viewer: Viewer, job_id: str) -> Job:
        """A job that this person may decide on. Who may not is audited as well."""
        require_member(viewer.actor)
        job = await self.launch.jobs.get(viewer.tenant, job_id)
        if job is None:
            raise JobNotFound(job_id)
        try:
            require_approver(viewer.actor, job.owner_id)
        except UserFacingError as refused:
            await self._note_refusal(viewer.actor, job, refused)
            raise
        if job.status is not JobStatus.AWAITING_APPROVAL:
            raise AlreadyDecided(job.name)
        return job

    async def _note_refusal(self, actor: Actor, job: Job, refused: UserFacingError) -> None:
        audit = self._audit(actor, job, "refuse", why=refused.code)
        await self.audits.add(replace(audit, key=f"{audit.key}:{actor.user_id}"))

    async def _decide(self, actor: Actor, job: Job, action: str, changes: Sequence[NewChange]) -> Job:
        decided = await self.starts.decide(Judged(job, self._audit(actor, job, action), changes))
        if decided is None:
            raise AlreadyDecided(job.name)
        self.wake()
        return decided

    def _audit(self, actor: Actor, job: Job, action: str, **details: str) -> Audit:
        return audit_of(job, action, actor.user_id, self.clock(), **details)


def audit_of(job: Job, action: str, actor_id: str, now: datetime, **details: str) -> Audit:
    """What is written down of a decision on a job, once an action."""
    cost = {} if job.estimated_usd is None else {"usd": str(job.estimated_usd)}
    return Audit(
        tenant=job.tenant,
        key=f"job:{job.id}:{action}",
        actor_id=actor_id,
        action=action,
        subject=f"job:{job.id}",
        created_at=now,
        details={"name": job.name, "owner": job.owner_id, **cost, **details},
    )


def hurdle_of(asked: Audit) -> Hurdle:
    """The hurdle that a request for an approval was audited with."""
    amounts = {name: Decimal(asked.details[name]) for name in ("limit_usd", "spent_usd") if name in asked.details}
    usd = asked.details.get("usd")
    return Hurdle(Reason(asked.details["reason"]), None if usd is None else Decimal(usd), **amounts)


def _rested_on(hurdle: Hurdle) -> JSON:
    amounts = {"limit_usd": hurdle.limit_usd, "spent_usd": hurdle.spent_usd}
    return {"reason": hurdle.reason.value} | {name: str(usd) for name, usd in amounts.items() if usd is not None}
