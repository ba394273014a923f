"""The main story in a language that nobody speaks: every text that it shows must come out of the catalogues."""

import asyncio
import string
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import Application, build
from tests.pseudo import pseudo_texts, slipped_through
from tests.scenarios.watching import shown
from workspace.changes import ChangeKind

EXAMPLES = Path(__file__).parents[2] / "examples"
MISTAKES = (EXAMPLES / "marv-with-mistakes.jsonl").read_bytes()
MARV = (EXAMPLES / "marv.jsonl").read_bytes()
NAMES = "stert start marv jsonl with mistakes findings txt Tunesmith Trainer tiny random UTC KB MB smollm"
"""What was typed, names of files, models and providers, and units."""
TYPED = ["", "help", "jobs", "status", "events", "models", "check", "compare", "datasets", "stert", "cancel x"]
_MESSAGES = {ChangeKind.MESSAGE_POSTED, ChangeKind.MESSAGE_CHANGED, ChangeKind.EPHEMERAL_POSTED}
_VIEWS = {ChangeKind.VIEW_OPENED, ChangeKind.VIEW_UPDATED, ChangeKind.HOME_PUBLISHED}


@pytest.fixture(name="bot")
async def _bot(settings, workspace) -> AsyncIterator[Application]:
    """The bot, speaking the third language."""
    stop = asyncio.Event()
    async with build(settings, pseudo_texts()) as application, asyncio.TaskGroup() as group:
        group.create_task(application.run(stop))
        await application.ready.wait()
        await workspace.app_connected()
        yield application
        stop.set()


async def test_every_text_of_the_main_story_comes_out_of_the_catalogues(workspace, watch, bot):
    ada, eyes = workspace.person("ada"), watch("ada")
    channel_id = workspace.state.channel_named("fine-tuning").id
    await ada.invite(channel_id, workspace.credentials.bot_user_id)
    faulty = await ada.share_file(channel_id, "marv-with-mistakes.jsonl", MISTAKES)
    await eyes.reply(channel_id, faulty.ts, "datasets.findings")
    dropped = await ada.share_file(channel_id, "marv.jsonl", MARV)
    report = await eyes.reply(channel_id, dropped.ts, "jobs.start")
    await ada.click(report.ts, channel_id, "jobs.start")
    form = await eyes.form()
    said = [
        await ada.submit_view(form.id, {"n_epochs": {"jobs.changed.n_epochs": "many"}, "suffix": {"suffix": "a b"}})
    ]
    await ada.submit_view(form.id, {"n_epochs": {"jobs.changed.n_epochs": "1"}, "suffix": {"suffix": ""}})
    await eyes.reply(channel_id, dropped.ts, "models.ask", "data_visualization")
    for text in TYPED:
        await ada.command(channel_id, "/finetune", text)
    await eyes.sees(lambda: len(ada.ephemerals(channel_id)) >= len(TYPED))
    for button in ("welcome.guide", "welcome.example"):
        first = next(one for one in ada.ephemerals(channel_id) if button in shown(one))
        await ada.click(first.ts, channel_id, button)
    await ada.use_shortcut("datasets.check", channel_id, dropped.ts)
    await ada.open_home()
    await eyes.sees(lambda: ada.home(workspace.app.id))

    jobs = await bot.stores.jobs.recent(bot.slack.tenant)
    events = await bot.stores.jobs.events(bot.slack.tenant, jobs[0].id)
    foreign = [NAMES, MARV.decode(), MISTAKES.decode(), *(event.message for event in events), str(jobs[0].comparison)]
    said += [one async for one in _everything_shown(ada, workspace.credentials.bot_user_id)]
    assert len(said) > len(TYPED)
    slipped = sorted({text for one in said for text in slipped_through(one, foreign)})
    assert not slipped, "\n".join(slipped)


async def _everything_shown(person, bot_user_id) -> AsyncIterator[object]:
    """Each state of each message of the bot's and of each view that this person has seen."""
    last = person.state.log.last_number
    async for change in person.changes(after=0):
        message, view = change.details.get("message") or {}, change.details.get("view") or {}
        if change.kind in _MESSAGES and message.get("user") == bot_user_id:
            yield [message["text"], message.get("blocks", [])]
        elif change.kind in _VIEWS and view:
            yield {name: view[name] for name in ("title", "submit", "close", "blocks") if view.get(name)}
        if change.number >= last:
            return


def test_a_text_that_no_catalogue_said_would_be_noticed() -> None:
    assert slipped_through({"text": {"text": "⟦śťáŕťíńǵ⟧ now"}}) == ["⟦śťáŕťíńǵ⟧ now"]
    assert slipped_through({"text": "⟦śťáŕť⟧ `marv`", "action_id": "jobs.start"}, ["marv"]) == []
    assert set(string.ascii_letters).isdisjoint(pseudo_texts().say("en", "first.words"))
