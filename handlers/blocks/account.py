"""What a provider account holds, page by page, each row with a button that takes it into the team."""

from collections.abc import Mapping, Sequence
from datetime import date

from handlers.blocks.ends import told_end, told_outlook
from handlers.blocks.kit import Block, Content, actions, button, section
from handlers.language import Voice, time_ago
from handlers.mrkdwn import clip, quoted_name
from storage.rows import Job, Model
from tuning.ends import End
from tuning.jobs.account import AccountJobs, AccountModels
from tuning.providers.shapes import AccountModel, ProviderJob

JOBS, MODELS = "account.jobs", "account.models"
"""The actions that show a page; what follows the point after them only tells buttons of one message apart."""
IMPORT_JOB, IMPORT_MODEL = "account.import_job", "account.import_model"
_NAME_CHARACTERS = 120
_MOST_REMEMBERED = 40
"""Pages that one can go back; a button's value holds 2,000 characters."""


def with_account(voice: Voice, listed: Content, action_id: str) -> Content:
    """A team's list with the way to everything in the account below it; as it is where there is no such way."""
    if not action_id:
        return listed
    door = actions([button(voice("account.door"), action_id)])
    return Content(listed.text, (*listed.blocks, door))


def account_jobs(voice: Voice, page: AccountJobs, earlier: Sequence[str], providers: Mapping[str, str]) -> Content:
    """A page of jobs.

    Args:
        earlier: what each page before this one and this one itself were asked with, so that one can go back.
        providers: all that are set up, with their names in sentences.
    """
    title = voice("account.jobs.title", provider=page.title)
    earlier = earlier[-_MOST_REMEMBERED:]
    rows = [_job_row(voice, page.provider, *row) for row in page.rows]
    back = [*earlier[:-1]] if len(earlier) > 1 else []
    buttons = [
        *([_turn(voice, "account.previous", f"{JOBS}.previous", page.provider, *back)] if back else []),
        *(
            [_turn(voice, "account.next", f"{JOBS}.next", page.provider, *earlier, page.next_after)]
            if page.next_after
            else []
        ),
        *_elsewhere(JOBS, page.provider, providers),
    ]
    nothing = voice("account.jobs.others" if page.next_after else "account.jobs.none", provider=page.title)
    return _page(title, rows or [section(nothing)], buttons)


def account_models(
    voice: Voice, page: AccountModels, today: date, closing: Sequence[tuple[str, date]], providers: Mapping[str, str]
) -> Content:
    """A page of tuned models, with the outlook of all of them above."""
    title = voice("account.models.title", provider=page.title, n=page.total)
    ahead = told_outlook(voice, page.ends, today, closing)
    rows = [_model_row(voice, page.provider, today, *row) for row in page.rows]
    buttons = [
        *([_turn(voice, "account.previous", f"{MODELS}.previous", page.provider, page.page - 1)] if page.page else []),
        *([] if page.is_last else [_turn(voice, "account.next", f"{MODELS}.next", page.provider, page.page + 1)]),
        *_elsewhere(MODELS, page.provider, providers),
    ]
    return _page(f"{ahead}\n{title}".strip(), rows, buttons)


def _page(title: str, rows: Sequence[Block], buttons: Sequence[Block]) -> Content:
    turning = [actions(buttons)] if buttons else []
    return Content(title, (section(title), *rows, *turning))


def _turn(voice: Voice, key: str, action_id: str, *value: str | int) -> Block:
    return button(voice(key), action_id, " ".join(map(str, value)))


def _elsewhere(action_id: str, shown: str, providers: Mapping[str, str]) -> list[Block]:
    return [button(title, f"{action_id}.at.{name}", name) for name, title in providers.items() if name != shown]


def _job_row(voice: Voice, provider: str, job: ProviderJob, followed: Job | None) -> Block:
    told = voice(
        "account.jobs.row",
        id=quoted_name(clip(job.id, _NAME_CHARACTERS)),
        stage=voice(f"cards.stage.{job.status.value}"),
        base=quoted_name(clip(job.model, _NAME_CHARACTERS)) if job.model else "—",
        ago=time_ago(job.created_at) if job.created_at else "—",
        model=quoted_name(clip(job.fine_tuned_model, _NAME_CHARACTERS)) if job.fine_tuned_model else "—",
    )
    if followed:
        known = voice("account.followed", told=told, name=quoted_name(followed.name))
        return section(known, button(voice("commands.jobs.open"), "jobs.status", followed.id))
    return section(told, button(voice("account.import"), IMPORT_JOB, f"{provider} {job.id}"))


def _model_row(voice: Voice, provider: str, today: date, model: AccountModel, ours: Model | None, end: End) -> Block:
    told = voice(
        "account.models.row",
        id=quoted_name(clip(model.id, _NAME_CHARACTERS)),
        ago=time_ago(model.created_at) if model.created_at else "—",
        end=told_end(voice, end, today),
    )
    if ours:
        known = voice("account.followed", told=told, name=quoted_name(ours.name))
        return section(known, button(voice("cards.ask"), "models.ask", ours.id))
    return section(told, button(voice("account.import"), IMPORT_MODEL, f"{provider} {model.id}"))
