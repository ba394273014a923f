"""The App Home: what is mine, what runs, what ends when, and the way in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from handlers.blocks.greeting import first_doors
from handlers.blocks.job_card import stage_name
from handlers.blocks.kit import Block, actions, button, context, divider, header, section
from handlers.language import Voice, time_ago
from handlers.mrkdwn import escape, quoted_name
from storage.rows import Dataset, DatasetVersion, Job, Model

MOST_ROWS = 8
"""Of each kind: the Home is looked over, the lists behind its buttons hold the rest."""
_MOST_BLOCKS = 100


@dataclass(frozen=True, slots=True)
class Ending:
    """When a model stops, as far as that is known."""

    on: date | None
    """None where no end is announced, or where nobody knows."""
    is_known: bool
    """Whether we know the model at all."""


@dataclass(frozen=True, slots=True)
class AtHome:
    """What one person finds on their Home."""

    datasets: Sequence[tuple[Dataset, DatasetVersion]]
    """Their own, newest first."""
    running: Sequence[Job]
    """The jobs that haven't ended and that they may see."""
    models: Sequence[tuple[Model, Ending]]
    today: date


def home(voice: Voice, at_home: AtHome) -> Block:
    """The view, as `views.publish` takes it."""
    blocks = [
        section(voice("first.words")),
        section(voice("first.drop")),
        actions(first_doors(voice)),
        *_part(voice, "running", [_job(voice, job) for job in at_home.running], "jobs.list"),
        *_part(voice, "models", [_model(voice, at_home.today, *one) for one in at_home.models], "models.list"),
        *_part(voice, "datasets", [_dataset(voice, *one) for one in at_home.datasets], "datasets.list"),
    ]
    return {"type": "home", "blocks": blocks[:_MOST_BLOCKS]}


def closed_home(voice: Voice) -> Block:
    """The App Home of somebody who is no full member of the workspace."""
    return {"type": "home", "blocks": [section(voice("errors.not_a_member"))]}


def _part(voice: Voice, kind: str, rows: Sequence[Block], action_id: str) -> list[Block]:
    """A heading, its rows, how many are left off, and the button that leads on; without rows, what to do about it."""
    title = header(voice(f"home.{kind}"))
    if not rows:
        return [divider(), title, context(voice(f"home.{kind}.none"))]
    left_off = [context(voice("commands.left_off", n=len(rows) - MOST_ROWS))] if len(rows) > MOST_ROWS else []
    return [divider(), title, *rows[:MOST_ROWS], *left_off, actions([button(voice(f"home.{kind}.all"), action_id)])]


def _job(voice: Voice, job: Job) -> Block:
    told = voice("home.running.row", name=escape(job.name), stage=stage_name(voice, job), owner=f"<@{job.owner_id}>")
    if job.step is not None and job.total_steps:
        told = voice("home.running.row.step", row=told, step=job.step, total=job.total_steps)
    return section(told, button(voice("commands.jobs.open"), "jobs.status", job.id))


def _model(voice: Voice, today: date, model: Model, ending: Ending) -> Block:
    told = voice(
        "home.models.row",
        name=escape(model.name),
        base=quoted_name(model.base_model),
        ending=told_ending(voice, ending, today),
    )
    return section(told, button(voice("cards.ask"), "models.ask", model.id))


def told_ending(voice: Voice, ending: Ending, today: date) -> str:
    """When a model stops and in how many days; that there is no such date, or that nobody knows."""
    if ending.on is None:
        return voice("home.ending.none" if ending.is_known else "home.ending.unknown")
    if ending.on <= today:
        return voice("home.ending.over", date=f"{ending.on:%Y-%m-%d}")
    return voice("home.ending", date=f"{ending.on:%Y-%m-%d}", n=(ending.on - today).days)


def _dataset(voice: Voice, dataset: Dataset, version: DatasetVersion) -> Block:
    key = "home.datasets.row" if version.is_ready else "home.datasets.row.not_ready"
    told = voice(key, name=quoted_name(dataset.name), n=version.examples, ago=time_ago(dataset.created_at))
    if not version.is_ready:
        return section(told, button(voice("home.datasets.report"), "datasets.report", dataset.id))
    return section(told, button(voice("report.start"), "jobs.start", dataset.id))
