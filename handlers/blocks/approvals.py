"""What an approval is asked for, and what was decided by whom."""

from collections.abc import Sequence
from decimal import Decimal

from handlers.blocks.job_card import provider_title, settings_line
from handlers.blocks.kit import Block, Content, actions, button, context, section, sections
from handlers.language import Voice, clock_time, time_ago
from handlers.mrkdwn import escape, quoted_name
from storage.rows import Audit, Job
from tuning.authority import Hurdle
from tuning.jobs.expiry import APPROVAL_DAYS


def hurdle_sentence(voice: Voice, hurdle: Hurdle) -> str:
    """Why a start needs an approval, with what it costs and the limit that it is over."""
    return voice(
        f"approvals.hurdle.{hurdle.reason}",
        cost=voice("approvals.unpriced") if hurdle.usd is None else voice.usd(hurdle.usd),
        limit="" if hurdle.limit_usd is None else voice.usd(hurdle.limit_usd),
        spent="" if hurdle.spent_usd is None else voice.usd(hurdle.spent_usd),
    )


def approval_request(voice: Voice, job: Job, hurdle: Hurdle) -> Content:
    """Asks an administrator; only what the job is stored with is started."""
    told = voice(
        "approvals.request",
        owner=f"<@{job.owner_id}>",
        name=escape(job.name),
        base=quoted_name(job.request.base_model),
        provider=provider_title(voice, job),
    )
    buttons = [
        button(voice("approvals.approve"), "approvals.approve", job.id, style="primary"),
        button(voice("approvals.decline"), "approvals.decline", job.id, style="danger"),
    ]
    why = section(hurdle_sentence(voice, hurdle))
    return Content(told, (section(told), why, context(settings_line(voice, job)), actions(buttons)))


def approval_reminder(voice: Voice, job: Job, waited_days: int) -> Content:
    """Reminds somebody who was asked; the buttons stand in the request, which is edited once it is decided."""
    told = voice(
        "approvals.still", owner=f"<@{job.owner_id}>", name=escape(job.name), n=waited_days, days=APPROVAL_DAYS
    )
    return Content(told, (section(told),))


def decided_request(voice: Voice, job: Job, decision: Audit | None) -> Content:
    """The same message once nothing is to be decided any more."""
    told = voice(
        f"approvals.decided.{decision.action}" if decision else "approvals.decided.over",
        owner=f"<@{job.owner_id}>",
        name=escape(job.name),
        by=f"<@{decision.actor_id}>" if decision else "",
        days=APPROVAL_DAYS,
    )
    return Content(told, (section(told), context(settings_line(voice, job))))


def awaiting_list(voice: Voice, jobs: Sequence[Job], *, may_decide: bool) -> Content:
    """The jobs that await an approval, each with the buttons for whoever may decide."""
    if not jobs:
        return _told(voice, "approvals.none")
    title = voice("approvals.title", n=len(jobs))
    blocks: list[Block] = [section(title)]
    for job in jobs[:_MOST_ROWS]:
        blocks += _awaiting(voice, job, may_decide=may_decide)
    if len(jobs) > _MOST_ROWS:
        blocks.append(context(voice("commands.left_off", n=len(jobs) - _MOST_ROWS)))
    return Content(title, tuple(blocks))


def audit_list(voice: Voice, audits: Sequence[Audit]) -> Content:
    """Who decided what, newest first."""
    if not audits:
        return _told(voice, "approvals.audit.none")
    title = voice("approvals.audit.title", n=len(audits))
    return Content(title, (section(title), *sections(_audit_line(voice, audit) for audit in audits)))


_MOST_ROWS = 10


def _awaiting(voice: Voice, job: Job, *, may_decide: bool) -> list[Block]:
    cost = voice("approvals.unpriced") if job.estimated_usd is None else voice.usd(job.estimated_usd)
    row = voice(
        "approvals.row",
        name=escape(job.name),
        owner=f"<@{job.owner_id}>",
        base=quoted_name(job.request.base_model),
        cost=cost,
        ago=time_ago(job.created_at),
    )
    buttons = [
        button(voice("approvals.approve"), "approvals.approve", job.id, style="primary"),
        button(voice("approvals.decline"), "approvals.decline", job.id, style="danger"),
    ]
    door = button(voice("commands.jobs.open"), "jobs.status", job.id)
    return [section(row, door), *([actions(buttons)] if may_decide else [])]


def _audit_line(voice: Voice, audit: Audit) -> str:
    details = audit.details
    amount = details.get("usd")
    cost = voice.usd(Decimal(amount)) if amount is not None else voice("approvals.unpriced")
    told = voice(
        f"approvals.audit.{audit.action}",
        who=f"<@{audit.actor_id}>",
        name=escape(str(details.get("name", audit.subject))),
        owner=f"<@{details.get('owner', audit.actor_id)}>",
        cost=cost,
    )
    return f"{clock_time(audit.created_at)}  {told}"


def _told(voice: Voice, key: str) -> Content:
    told = voice(key)
    return Content(told, (section(told),))
