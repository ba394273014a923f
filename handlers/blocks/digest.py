"""The team's digest: what ran, how it ended, what it cost, and which models end soon."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from handlers.blocks.ends import told_end
from handlers.blocks.home import spent_amount
from handlers.blocks.job_card import stage_name
from handlers.blocks.kit import Block, Content, actions, button, context, header, sections
from handlers.language import Voice
from handlers.mrkdwn import escape
from storage.rows import Job, JobStatus, Model
from tuning.digest import Digest
from tuning.ends import End
from tuning.jobs.spend import billed_usd

MOST_ROWS = 10
_SIGNS = {
    JobStatus.SUCCEEDED: "✅",
    JobStatus.FAILED: "❌",
    JobStatus.CANCELLED: "⏹️",
    JobStatus.AWAITING_APPROVAL: "✋",
}


def digest_message(voice: Voice, digest: Digest, ends: Sequence[tuple[Model, End]], today: date) -> Content:
    """`ends` are the models that stop soon, the soonest first."""
    since, until = f"{digest.period.since:%Y-%m-%d}", f"{digest.period.until:%Y-%m-%d}"
    title = voice("digest.title", since=since, until=until)
    blocks: list[Block] = [header(title), context(_counts(voice, digest), _spend(voice, digest.ended))]
    blocks += _rows(voice, "digest.ended", [_job(voice, job) for job in digest.ended])
    blocks += _rows(voice, "digest.running", [_job(voice, job) for job in digest.running])
    blocks += _rows(voice, "digest.ends", [_model(voice, *one, today) for one in ends])
    doors = [
        button(voice("commands.door.jobs"), "jobs.list"),
        button(voice("first.models"), "models.list"),
    ]
    return Content(f"{title}. {_counts(voice, digest)}", (*blocks, actions(doors)))


def _counts(voice: Voice, digest: Digest) -> str:
    of = {status: sum(job.status is status for job in digest.ended) for status in _SIGNS}
    return voice(
        "digest.counts",
        succeeded=of[JobStatus.SUCCEEDED],
        failed=of[JobStatus.FAILED],
        cancelled=of[JobStatus.CANCELLED],
        running=len(digest.running),
    )


def _spend(voice: Voice, ended: Sequence[Job]) -> str:
    """What the providers billed, and how many of the jobs it leaves out since nobody says what they cost."""
    billed = [billed_usd(job) for job in ended]
    known = [usd for usd in billed if usd is not None]
    told = voice("digest.spend", cost=spent_amount(voice, sum(known, Decimal(0))))
    unknown = len(billed) - len(known)
    return f"{told} {voice('digest.spend.unknown', n=unknown)}" if unknown else told


def _rows(voice: Voice, key: str, rows: Sequence[str]) -> list[Block]:
    left = len(rows) - MOST_ROWS
    more = [voice("commands.left_off", n=left)] if left > 0 else []
    return sections([f"*{voice(key)}*", *rows[:MOST_ROWS], *more]) if rows else []


def _job(voice: Voice, job: Job) -> str:
    sign = _SIGNS.get(job.status, "🔥")
    return voice(
        "digest.job", sign=sign, name=escape(job.name), stage=stage_name(voice, job), owner=f"<@{job.owner_id}>"
    )


def _model(voice: Voice, model: Model, end: End, today: date) -> str:
    return voice("digest.model", name=escape(model.name), ending=told_end(voice, end, today))
