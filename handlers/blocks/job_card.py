"""The one message that follows a job from its start to its end, edited in place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from handlers.blocks.kit import Block, Content, actions, button, confirmation, context, section
from handlers.blocks.loss_chart import loss_chart
from handlers.language import Voice, clock_time, time_ago
from handlers.mrkdwn import escape, quoted_name
from storage.rows import Job, JobStatus
from tuning.authority import Reason
from tuning.jobs.approvals import DECLINED
from tuning.jobs.curves import Curves
from tuning.jobs.expiry import APPROVAL_DAYS, EXPIRED
from tuning.jobs.failures import failure
from tuning.jobs.progress import QUIET, UNREACHABLE, unkept_settings
from tuning.providers.profiles import PROFILES

HELD_UP = {
    "provider_unavailable",
    "provider_busy",
    "provider_confused",
    "provider_authentication",
    "provider_missing",
}
"""The codes that a job carries while it waits, each with a sentence of its own."""

ELSEWHERE = "jobs.elsewhere"
"""Prefix of the action that opens the start form with a job's settings at the provider named after it."""

_SIGNS = {
    JobStatus.SUCCEEDED: "✅",
    JobStatus.FAILED: "❌",
    JobStatus.CANCELLED: "⏹️",
    JobStatus.RUNNING: "🔥",
    JobStatus.PAUSED: "⏸️",
}
_PROGRESS_CELLS = 12


@dataclass(frozen=True, slots=True)
class Watched:
    """A job with what its card shows beside the row itself."""

    job: Job
    curves: Curves
    now: datetime
    model_deleted_at: datetime | None = None
    providers: Mapping[str, str] = field(default_factory=dict)
    """Every provider that is set up here, and its name in sentences."""


def job_card(voice: Voice, watched: Watched) -> Content:
    job = watched.job
    blocks: list[Block] = [section(f"{_title(voice, job)}\n{_progress(voice, job)}".rstrip())]
    blocks += [context(*figures)] if (figures := _figures(voice, watched)) else []
    blocks += (
        [section(escape(failure(voice.texts, voice.language, job, provider_title(voice, job))))]
        if job.status is JobStatus.FAILED
        else []
    )
    blocks += [context(silence)] if (silence := _silence(voice, watched)) else []
    blocks += loss_chart(voice, watched.curves)
    blocks += [context(*_read(voice, watched))] if watched.curves.latest else []
    blocks.append(context(settings_line(voice, job), _ids(job), *_unkept(voice, job)))
    blocks += [context(gone)] if (gone := _gone(voice, watched)) else []
    blocks += [actions(buttons)] if (buttons := _buttons(voice, watched)) else []
    return Content(spoken(voice, watched), tuple(blocks))


def spoken(voice: Voice, watched: Watched) -> str:
    """The card in one sentence, for notifications and screen readers."""
    job = watched.job
    name, stage = escape(job.name), stage_name(voice, job)
    if job.step is None or job.total_steps is None or job.training_loss is None:
        return voice("cards.spoken", name=name, stage=stage)
    return voice(
        "cards.spoken.step",
        name=name,
        stage=stage,
        step=job.step,
        total=job.total_steps,
        loss=f"{job.training_loss:.3f}",
    )


def stage_name(voice: Voice, job: Job) -> str:
    if job.is_cancel_requested and not job.status.is_final:
        return voice("cards.stage.cancelling")
    return voice(f"cards.stage.{job.status.value}")


def provider_title(voice: Voice, job: Job) -> str:
    """The provider as it is called in sentences, even when it is gone from the settings."""
    name = job.request.provider
    return voice.providers.get(name) or (PROFILES[name].title if name in PROFILES else "") or name


def needs_deployment(job: Job) -> bool:
    """Whether the provider lets a tuned model answer only after somebody has deployed it there."""
    profile = PROFILES.get(job.request.provider)
    return profile is not None and profile.serves_by_deployment


def _title(voice: Voice, job: Job) -> str:
    sign = _SIGNS.get(job.status, "⏳")
    since = f" · {time_ago(job.status_since)}" if job.status_since else ""
    return f"{sign} *{escape(job.name)}* · {stage_name(voice, job)}{since}"


def _progress(voice: Voice, job: Job) -> str:
    if job.step is None or not job.total_steps:
        return ""
    share = min(1.0, job.step / job.total_steps)
    filled = round(share * _PROGRESS_CELLS)
    bar = "▰" * filled + "▱" * (_PROGRESS_CELLS - filled)
    return f"{bar} {voice('cards.step', step=job.step, total=job.total_steps, percent=int(share * 100))}"


def _figures(voice: Voice, watched: Watched) -> list[str]:
    job = watched.job
    figures: list[str] = []
    if job.training_loss is not None:
        figures.append(voice("cards.loss", loss=f"{job.training_loss:.3f}"))
    if job.validation_loss is not None:
        figures.append(voice("cards.validation_loss", loss=f"{job.validation_loss:.3f}"))
    if watched.curves.pairs_won is not None:
        figures.append(voice("cards.pairs_won", percent=round(100 * watched.curves.pairs_won)))
    if job.estimated_finish_at and not job.status.is_final and _silent_for(watched) < QUIET:
        left_seconds = max(0.0, (job.estimated_finish_at - watched.now).total_seconds())
        figures.append(voice("cards.eta", duration=voice.duration(left_seconds)))
    if job.started_at and job.finished_at:
        figures.append(voice("cards.took", duration=voice.duration((job.finished_at - job.started_at).total_seconds())))
    if job.estimated_usd is not None:
        is_free = job.estimated_usd == 0
        figures.append(voice("cards.free") if is_free else voice("cards.spend", cost=voice.usd(job.estimated_usd)))
    return figures


def _latest(voice: Voice, watched: Watched) -> str:
    """The newest steps in exact numbers: a chart can't be read aloud, and edits may skip a step or two."""
    steps = " · ".join(f"{point.step}: {point.loss:.3f}" for point in watched.curves.latest)
    return voice("cards.latest", steps=steps)


def _read(voice: Voice, watched: Watched) -> list[str]:
    """How to read the losses; those of pairs begin at the same height whatever the data, which nobody need know."""
    hint = [voice("cards.pair_loss")] if watched.job.request.method == "dpo" else []
    return [_latest(voice, watched), *hint]


def _silence(voice: Voice, watched: Watched) -> str:
    """What holds the job up, or when the provider was last heard of; Slack's clients keep the 'ago' right without an edit."""
    job = watched.job
    if held_up := _held_up(voice, job):
        return held_up
    if job.status.is_final or job.last_heard_at is None:
        return ""
    if _silent_for(watched) >= UNREACHABLE:
        return voice("cards.unreachable", provider=provider_title(voice, job), ago=time_ago(job.last_heard_at))
    return voice("cards.last_heard", ago=time_ago(job.last_heard_at))


def _held_up(voice: Voice, job: Job) -> str:
    """Whose word the job waits for, or who said no; what keeps its provider from hearing of it."""
    if job.status is JobStatus.CANCELLED and job.error_code == DECLINED:
        return voice("approvals.declined_by", by=f"<@{job.error_message}>")
    if job.status is JobStatus.CANCELLED and job.error_code == EXPIRED:
        return voice("approvals.expired", days=APPROVAL_DAYS)
    if job.status is JobStatus.AWAITING_APPROVAL:
        is_told_why = job.error_code in set(Reason)
        return voice(f"approvals.waits.{job.error_code}" if is_told_why else "approvals.waits")
    is_waiting = not job.status.is_final and job.error_code in HELD_UP
    return voice(f"cards.held_up.{job.error_code}", provider=provider_title(voice, job)) if is_waiting else ""


def _silent_for(watched: Watched) -> timedelta:
    """Since the provider was last heard of; nothing where it hasn't been heard of yet."""
    return watched.now - (watched.job.last_heard_at or watched.now)


def settings_line(voice: Voice, job: Job) -> str:
    is_preference = job.request.method == "dpo"
    beta = {"beta": _setting(voice, job, "beta")} if is_preference else {}
    return voice(
        "cards.settings.dpo" if is_preference else "cards.settings",
        **beta,
        owner=f"<@{job.owner_id}>",
        base=quoted_name(job.request.base_model),
        provider=provider_title(voice, job),
        epochs=_setting(voice, job, "n_epochs"),
        batch=_setting(voice, job, "batch_size"),
        rate=_setting(voice, job, "learning_rate_multiplier"),
    )


def _setting(voice: Voice, job: Job, name: str) -> str:
    """As the provider resolved it, else as it was asked for; a provider that hasn't decided yet says `auto` itself."""
    value = job.hyperparameters.get(name) or getattr(job.request, name)
    return voice("cards.auto") if value in {None, "auto"} else str(value)


def _unkept(voice: Voice, job: Job) -> list[str]:
    """What the provider trains with although something else was asked for."""
    return [
        voice("cards.unkept", provider=provider_title(voice, job), name=name, asked=f"{asked:g}", taken=f"{taken:g}")
        for name, asked, taken in unkept_settings(job)
    ]


def _ids(job: Job) -> str:
    """The ids as the provider knows them, to copy."""
    ids = (job.provider_job_id, job.training_file_id, job.validation_file_id, job.fine_tuned_model)
    return " · ".join(quoted_name(one) for one in ids if one) or quoted_name(job.id)


def _gone(voice: Voice, watched: Watched) -> str:
    """Why the model can no longer be asked."""
    deleted_at = watched.model_deleted_at
    return voice("chat.deleted", name=escape(watched.job.name), at=clock_time(deleted_at)) if deleted_at else ""


def _pauses(voice: Voice, job: Job) -> list[Block]:
    """Pause or Resume, where the provider can."""
    profile = PROFILES.get(job.request.provider)
    door = {JobStatus.RUNNING: "pause", JobStatus.PAUSED: "resume"}.get(job.status)
    if not door or not profile or not profile.can_pause:
        return []
    return [button(voice(f"cards.{door}"), f"jobs.{door}", job.id)]


def _doors_elsewhere(voice: Voice, watched: Watched) -> list[Block]:
    """The same settings at each other provider, for a job that its own provider will never train."""
    job = watched.job
    others = [(name, title) for name, title in watched.providers.items() if name != job.request.provider]
    return [
        button(voice("cards.elsewhere", provider=title), f"{ELSEWHERE}.{name}", job.id, style="primary")
        for name, title in others
    ]


def _buttons(voice: Voice, watched: Watched) -> list[Block]:
    job = watched.job
    events = button(voice("cards.events"), "jobs.events", job.id)
    if not job.status.is_final:
        sure = confirmation(
            voice("cards.cancel.title"),
            voice("cards.cancel.question", name=job.name),
            voice("cards.cancel.yes"),
            voice("cards.cancel.no"),
        )
        cancel = button(voice("cards.cancel"), "jobs.cancel", job.id, style="danger", confirm=sure)
        if job.status is JobStatus.AWAITING_APPROVAL:
            return [cancel]
        return [events] if job.is_cancel_requested else [cancel, *_pauses(voice, job), events]
    if job.error_code == "training_not_available":
        return [*_doors_elsewhere(voice, watched), events]
    # A job that was only taken over has no data of ours to start again from or to compare on.
    is_ours = bool(job.request.training_version_id)
    if job.status is not JobStatus.SUCCEEDED or not job.fine_tuned_model:
        return [*([button(voice("cards.again"), "jobs.again", job.id)] if is_ours else []), events]
    compare = [button(voice("cards.compare"), "jobs.compare", job.id)] if is_ours else []
    if watched.model_deleted_at:
        return [*compare, events]
    return [
        button(voice("cards.ask"), "models.ask", job.fine_tuned_model, style="primary"),
        button(voice("cards.code"), "models.code", job.fine_tuned_model),
        *compare,
        events,
    ]
