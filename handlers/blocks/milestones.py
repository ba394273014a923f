"""What people are told once in a job's thread, and at its end in the team's channel."""

from datetime import datetime
from decimal import Decimal

from handlers.blocks.job_card import needs_deployment, provider_title
from handlers.blocks.kit import Block, Content, actions, button, context, section
from handlers.language import Voice, clock_time
from handlers.mrkdwn import escape, quoted_name
from storage.rows import Job, JobStatus
from tuning.jobs.approvals import DECLINED
from tuning.jobs.expiry import APPROVAL_DAYS, EXPIRED
from tuning.jobs.failures import failure
from tuning.jobs.spend import billed_usd

_CANCELLED = {DECLINED: "approvals.told.declined", EXPIRED: "approvals.told.expired"}
"""What its owner is told of a job that never started, by its `error_code`."""


def milestone(voice: Voice, job: Job, model_deleted_at: datetime | None = None) -> Content:
    """A job has reached a stage that its owner waits for: it runs, or it has ended. A deleted model is offered no more."""
    told = told_stage(voice, job)
    if job.status is JobStatus.FAILED and not job.provider_job_id:
        # Nothing has come between: the card that says why stands right above.
        told = voice("cards.told.not_begun", owner=f"<@{job.owner_id}>", name=escape(job.name))
    if job.status is not JobStatus.SUCCEEDED:
        return Content(told, (section(told),))
    blocks: list[Block] = [section(told), context(bill(voice, job))]
    if model_deleted_at:
        blocks.append(context(voice("chat.deleted", name=escape(job.name), at=clock_time(model_deleted_at))))
    elif job.fine_tuned_model and not needs_deployment(job):
        blocks += [section(voice("cards.how_to_ask", name=quoted_name(job.name))), actions(_next_steps(voice, job))]
    return Content(told, tuple(blocks))


def told_stage(voice: Voice, job: Job) -> str:
    """One sentence about the stage a job has reached, for its owner."""
    owner, name = f"<@{job.owner_id}>", escape(job.name)
    if job.status is JobStatus.SUCCEEDED:
        if needs_deployment(job):
            return voice("cards.told.deploy", owner=owner, name=name, provider=provider_title(voice, job))
        key = "cards.told.succeeded" if job.fine_tuned_model else "cards.told.no_model"
        return voice(key, owner=owner, name=name, model=quoted_name(job.fine_tuned_model))
    if job.status is JobStatus.FAILED:
        return voice(
            "cards.told.failed",
            owner=owner,
            name=name,
            reason=escape(failure(voice.texts, voice.language, job, provider_title(voice, job))),
        )
    if job.status is JobStatus.CANCELLED:
        return voice(
            _CANCELLED.get(job.error_code, "cards.told.cancelled"),
            owner=owner,
            name=name,
            by=f"<@{job.error_message}>",
            days=APPROVAL_DAYS,
        )
    if job.status is JobStatus.PAUSED:
        return voice("cards.told.paused", owner=owner, name=name, provider=provider_title(voice, job))
    return voice("cards.told.running", name=name, provider=provider_title(voice, job))


def team_notice(voice: Voice, job: Job) -> Content:
    """The end of a job, for the team's channel."""
    told = told_stage(voice, job)
    return Content(
        told, (section(told), context(bill(voice, job), voice("cards.base", model=quoted_name(job.request.base_model))))
    )


def bill(voice: Voice, job: Job) -> str:
    """What was billed beside what was estimated, in tokens and money, or that nobody says."""
    estimated = _amount(voice, job.estimated_tokens, job.estimated_usd)
    if job.trained_tokens is None:
        return voice("cards.bill.unreported", estimated=estimated)
    return voice("cards.bill", billed=_amount(voice, job.trained_tokens, billed_usd(job)), estimated=estimated)


def _amount(voice: Voice, tokens: int | None, usd: Decimal | None) -> str:
    if tokens is None:
        return voice("cards.bill.unknown")
    if usd is None:
        return voice("cards.bill.tokens", n=tokens)
    return voice("cards.bill.tokens_and_money", n=tokens, cost=voice.usd(usd))


def _next_steps(voice: Voice, job: Job) -> list[Block]:
    return [
        button(voice("cards.ask"), "models.ask", job.fine_tuned_model, style="primary"),
        button(voice("cards.code"), "models.code", job.fine_tuned_model),
    ]
