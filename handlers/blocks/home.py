"""The App Home: what is mine, what runs, what ends when, and the way in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from handlers.blocks.approvals import awaiting_list
from handlers.blocks.ends import told_end, told_outlook
from handlers.blocks.greeting import first_doors
from handlers.blocks.job_card import stage_name
from handlers.blocks.kit import Block, actions, button, context, divider, header, section
from handlers.language import Voice, time_ago
from handlers.mrkdwn import escape, quoted_name
from storage.rows import Dataset, DatasetVersion, Job, Model
from tuning.ends import End

MOST_ROWS = 8
"""Of each kind: the Home is looked over, the lists behind its buttons hold the rest."""
_MOST_BLOCKS = 100


@dataclass(frozen=True, slots=True)
class AtHome:
    """What one person finds on their Home."""

    datasets: Sequence[tuple[Dataset, DatasetVersion]]
    """Their own, newest first."""
    running: Sequence[Job]
    """The jobs that haven't ended and that they may see."""
    models: Sequence[tuple[Model, End]]
    """Each with when it stops."""
    awaiting: Sequence[Job]
    """The jobs that await an approval and that they may see."""
    may_decide: bool
    spent_usd: Decimal
    """By the team, this month."""
    cap_usd: Decimal | None
    """What the team may spend a month; None where the operator has set nothing."""
    closing: Sequence[tuple[str, date]]
    """The providers that will take no new jobs from a day on."""
    today: date


def home(voice: Voice, at_home: AtHome) -> Block:
    """The view, as `views.publish` takes it."""
    blocks = [
        section(voice("first.words")),
        section(voice("home.drop")),
        actions(first_doors(voice)),
        *_money(voice, at_home),
        *_part(voice, "running", [_job(voice, job) for job in at_home.running], "jobs.list"),
        *_models(voice, at_home),
        *_part(voice, "datasets", [_dataset(voice, *one) for one in at_home.datasets], "datasets.list"),
    ]
    return {"type": "home", "blocks": blocks[:_MOST_BLOCKS]}


def closed_home(voice: Voice) -> Block:
    """The App Home of somebody who is no full member of the workspace."""
    return {"type": "home", "blocks": [section(voice("errors.not_a_member"))]}


def _money(voice: Voice, at_home: AtHome) -> list[Block]:
    """What the month has cost, against the cap, and what waits for somebody's word."""
    spent = spent_amount(voice, at_home.spent_usd)
    told = voice("home.spent", spent=spent)
    if at_home.cap_usd is not None:
        told = voice(
            "home.spent.cap", bar=_bar(at_home.spent_usd, at_home.cap_usd), spent=spent, cap=voice.usd(at_home.cap_usd)
        )
    blocks = [divider(), header(voice("home.money")), section(told)]
    if at_home.awaiting:
        blocks += awaiting_list(voice, at_home.awaiting[:MOST_ROWS], may_decide=at_home.may_decide).blocks
    return blocks


def spent_amount(voice: Voice, usd: Decimal) -> str:
    """Money that was spent: nothing is a number here, and no 'free'."""
    return voice.usd(usd) if usd else voice("home.spent.nothing")


def _bar(spent_usd: Decimal, cap_usd: Decimal) -> str:
    """How much of the cap is used, in ten cells; full where it is used up, also by nothing."""
    cells = 10 if spent_usd >= cap_usd else int(spent_usd * 10 / cap_usd)
    return "▰" * cells + "▱" * (10 - cells)


def _part(voice: Voice, kind: str, rows: Sequence[Block], action_id: str, ahead: str = "") -> list[Block]:
    """A heading, its rows, how many are left off, and the button that leads on; without rows, what to do about it.

    Args:
        ahead: what is to be said of all of them.
    """
    title = header(voice(f"home.{kind}"))
    if not rows:
        return [divider(), title, context(voice(f"home.{kind}.none"))]
    left_off = [context(voice("commands.left_off", n=len(rows) - MOST_ROWS))] if len(rows) > MOST_ROWS else []
    heading = [divider(), title, *([context(ahead)] if ahead else [])]
    return [*heading, *rows[:MOST_ROWS], *left_off, actions([button(voice(f"home.{kind}.all"), action_id)])]


def _job(voice: Voice, job: Job) -> Block:
    told = voice("home.running.row", name=escape(job.name), stage=stage_name(voice, job), owner=f"<@{job.owner_id}>")
    if job.step is not None and job.total_steps:
        told = voice("home.running.row.step", row=told, step=job.step, total=job.total_steps)
    return section(told, button(voice("commands.jobs.open"), "jobs.status", job.id))


def _models(voice: Voice, at_home: AtHome) -> list[Block]:
    """The models, and before them how many stop when."""
    ahead = told_outlook(voice, [end for _, end in at_home.models], at_home.today, at_home.closing)
    rows = [_model(voice, at_home.today, *one) for one in at_home.models]
    return _part(voice, "models", rows, "models.list", ahead)


def _model(voice: Voice, today: date, model: Model, end: End) -> Block:
    told = voice(
        "home.models.row",
        name=escape(model.name),
        base=quoted_name(model.base_model),
        ending=told_end(voice, end, today),
    )
    return section(told, button(voice("cards.ask"), "models.ask", model.id))


def _dataset(voice: Voice, dataset: Dataset, version: DatasetVersion) -> Block:
    key = "home.datasets.row" if version.is_ready else "home.datasets.row.not_ready"
    told = voice(key, name=quoted_name(dataset.name), n=version.examples, ago=time_ago(dataset.created_at))
    if not version.is_ready:
        return section(told, button(voice("home.datasets.report"), "datasets.report", dataset.id))
    return section(told, button(voice("report.start"), "jobs.start", dataset.id))
