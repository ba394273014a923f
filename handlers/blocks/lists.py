"""Jobs, models and events as lists that fit one message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from handlers.blocks.ends import told_end, told_outlook
from handlers.blocks.job_card import stage_name
from handlers.blocks.kit import Block, Content, actions, button, confirmation, context, section, sections
from handlers.blocks.moves import SHOW as MOVE
from handlers.language import Voice, clock_time, time_ago
from handlers.mrkdwn import clip, escape, quoted_name
from storage.rows import Job, JobEvent, Model
from tuning.access import Actor, may_change
from tuning.ends import End, outlook

MOST_ROWS = 15
_EVENT_CHARACTERS = 300


def job_list(voice: Voice, jobs: Sequence[Job]) -> Content:
    """The newest jobs, each with its stage and a button for its status."""
    if not jobs:
        return _nothing(voice, "commands.jobs.none")
    blocks: list[Block] = [section(voice("commands.jobs.title", n=len(jobs)))]
    blocks += [_job_row(voice, job) for job in jobs[:MOST_ROWS]]
    blocks += _left_off(voice, len(jobs))
    spoken = "; ".join(f"{escape(job.name)}: {stage_name(voice, job)}" for job in jobs[:MOST_ROWS])
    return Content(spoken, tuple(blocks))


def _job_row(voice: Voice, job: Job) -> Block:
    row = voice(
        "commands.jobs.row",
        name=escape(job.name),
        stage=stage_name(voice, job),
        ago=time_ago(job.created_at),
        owner=f"<@{job.owner_id}>",
        base=quoted_name(job.request.base_model),
        id=quoted_name(job.provider_job_id or job.id),
    )
    return section(row, button(voice("commands.jobs.open"), "jobs.status", job.id))


@dataclass(frozen=True, slots=True)
class Listed:
    """Models with what a list says of them."""

    models: Sequence[Model]
    ends: Sequence[End]
    """One for each."""
    today: date
    closing: Sequence[tuple[str, date]]
    """The providers that will take no new jobs from a day on."""
    reader: Actor
    """Is offered to delete only what they may."""


def model_list(voice: Voice, listed: Listed) -> Content:
    """The team's fine-tuned models, newest first: how many stop when, and how to ask each, and how to delete one's own."""
    models = listed.models
    if not models:
        return _nothing(voice, "commands.models.none")
    ahead = told_outlook(voice, listed.ends, listed.today, listed.closing)
    is_ending = outlook(listed.ends, listed.today).next_on is not None
    plan = button(voice("ends.plan"), "models.plan") if is_ending else None
    title = voice("commands.models.title", n=len(models))
    blocks: list[Block] = [section(f"{ahead}\n{title}".strip(), plan)]
    for model, end in list(zip(models, listed.ends, strict=True))[:MOST_ROWS]:
        blocks += _model_rows(voice, model, told_end(voice, end, listed.today), listed.reader)
    blocks += _left_off(voice, len(models))
    blocks += [context(voice("moves.guide"))] if is_ending else []
    names = ", ".join(escape(model.name) for model in models[:MOST_ROWS])
    return Content(f"{ahead} {names}".strip(), tuple(blocks))


def _model_rows(voice: Voice, model: Model, end: str, reader: Actor) -> list[Block]:
    row = voice(
        "commands.models.row",
        name=escape(model.name),
        id=quoted_name(model.id),
        base=quoted_name(model.base_model),
        owner=f"<@{model.owner_id}>",
        ago=time_ago(model.created_at),
    )
    buttons = [
        button(voice("cards.ask"), "models.ask", model.id),
        button(voice("cards.code"), "models.code", model.id),
        button(voice("versions.rows"), "models.rows", model.id),
    ]
    if may_change(reader, model.owner_id):
        buttons.append(button(voice("moves.button"), MOVE, model.id))
        buttons.append(_delete_button(voice, model, "models.delete"))
    return [section(f"{row}\n{end}"), actions(buttons)]


def _delete_button(voice: Voice, model: Model, action_id: str) -> Block:
    """Deleting can't be undone, so the button asks first."""
    sure = confirmation(
        voice("commands.delete.title"),
        voice("commands.delete.question", name=model.name),
        voice("commands.delete.yes"),
        voice("commands.delete.no"),
    )
    return button(voice("commands.delete.button"), action_id, model.id, style="danger", confirm=sure)


def delete_question(voice: Voice, model: Model) -> Content:
    """What the typed command answers: the model, a button that asks once more, and one that leaves it alone."""
    told = voice("commands.delete.which", name=escape(model.name), id=quoted_name(model.id))
    keep = button(voice("commands.delete.no"), "models.delete.no", model.id)
    return Content(told, (section(told), actions([_delete_button(voice, model, "models.delete.yes"), keep])))


def event_list(voice: Voice, job: Job, events: Sequence[JobEvent]) -> Content:
    """A job's newest events, oldest first, in the provider's own words."""
    if not events:
        is_over = job.status.is_final and not job.provider_job_id
        return _nothing(voice, "commands.events.never" if is_over else "commands.events.none", name=escape(job.name))
    title = voice("commands.events.title", name=escape(job.name), n=len(events))
    lines = [f"{clock_time(event.created_at)}  {_event_line(event)}" for event in events]
    blocks = [section(title), *sections(lines)]
    if not job.status.is_final:
        blocks.append(context(voice("commands.events.more")))
    return Content(f"{title}\n{escape(events[-1].message)}", tuple(blocks))


def _event_line(event: JobEvent) -> str:
    sign = {"warn": "⚠️ ", "warning": "⚠️ ", "error": "❌ "}.get(event.level, "")
    return sign + clip(escape(" ".join(event.message.split())), _EVENT_CHARACTERS)


def _left_off(voice: Voice, count: int) -> list[Block]:
    return [context(voice("commands.left_off", n=count - MOST_ROWS))] if count > MOST_ROWS else []


def _nothing(voice: Voice, key: str, **parameters: str) -> Content:
    told = voice(key, **parameters)
    return Content(told, (section(told),))
