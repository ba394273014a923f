"""What isn't meant for the bot is nowhere afterwards: not in a database, not in a log; and no secret ever is."""

import io
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.logs import configure_logs
from bot.pruning import Retention
from tests.scenarios.watching import shown

MARV = (Path(__file__).parents[2] / "examples" / "marv.jsonl").read_bytes()
CHATTER = "quagmire-zebrafish"
MEANT_FOR_IT = "How far is it to the velvet moon?"


@pytest.fixture(name="log")
def _log() -> Iterator[io.StringIO]:
    """Everything that is logged, down to the finest of our own."""
    root, handlers, level = logging.getLogger(), logging.getLogger().handlers[:], logging.getLogger().level
    for handler in handlers:
        root.removeHandler(handler)
    stream = io.StringIO()
    configure_logs("DEBUG", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(name="channel_id")
async def _channel_id(log, workspace, bot) -> str:
    """#fine-tuning, to which ada has invited the bot."""
    channel_id = workspace.state.channel_named("fine-tuning").id
    await workspace.person("ada").invite(channel_id, workspace.credentials.bot_user_id)
    return channel_id


def _written(folder: Path) -> bytes:
    """Every byte that the bot has on the disk: databases, their write-ahead logs, and files."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


async def _people_talk(workspace, channel_id: str) -> None:
    """Everything that can happen among people in a channel in which the bot sits."""
    ada, bo = workspace.person("ada"), workspace.person("bo")
    said = await ada.post(channel_id, f"{CHATTER} one")
    await bo.post(channel_id, f"{CHATTER} two", said.ts)
    await ada.edit(channel_id, said.ts, f"{CHATTER} three")
    picture = await bo.share_file(channel_id, "holiday.png", b"\x89PNG", f"{CHATTER} four")
    await bo.delete(channel_id, picture.ts)
    await ada.delete(channel_id, said.ts)
    await bo.share_file(channel_id, "minutes.txt", f"{CHATTER} six".encode(), f"{CHATTER} seven")
    await bo.share_file(channel_id, f"{CHATTER}.txt", b"eight")
    await ada.share_file(channel_id, "marv.jsonl", MARV, f"{CHATTER} five")


async def test_what_people_say_to_each_other_is_neither_stored_nor_logged(workspace, watch, channel_id, log, tmp_path):
    ada, eyes = workspace.person("ada"), watch("ada")
    await _people_talk(workspace, channel_id)
    await eyes.sees(lambda: any("jobs.start" in shown(one) for one in _replies(ada, channel_id)) or None)
    asked = await ada.post(channel_id, f"<@{workspace.credentials.bot_user_id}> {MEANT_FOR_IT}")
    await eyes.reply(channel_id, asked.ts, "How")

    written = _written(tmp_path)
    assert CHATTER.encode() not in written
    assert CHATTER not in log.getvalue()
    # The search finds what it looks for: what is meant for the bot is stored, for as long as it is needed.
    assert MEANT_FOR_IT.split("velvet", maxsplit=1)[0].encode() in written


def _replies(person, channel_id: str) -> list:
    return [reply for root in person.messages(channel_id) for reply in person.replies(channel_id, root.ts)[1:]]


async def test_no_secret_is_at_rest_or_in_a_log(workspace, watch, channel_id, log, settings, tmp_path):
    ada, eyes = workspace.person("ada"), watch("ada")
    dropped = await ada.share_file(channel_id, "marv.jsonl", MARV)
    report = await eyes.reply(channel_id, dropped.ts, "jobs.start")
    await ada.click(report.ts, channel_id, "jobs.start")
    assert await ada.submit_view((await eyes.form()).id, {"n_epochs": {"jobs.changed.n_epochs": "1"}}) == {}
    await eyes.reply(channel_id, dropped.ts, "*marv* is ready")
    await ada.command(channel_id, "/finetune", "jobs")
    await eyes.ephemeral(channel_id, "*1 job*")

    written = _written(tmp_path)
    secrets = [*settings.secrets(), workspace.app.verification_token]
    assert len(secrets) >= 4
    assert [secret for secret in secrets if secret.encode() in written or secret in log.getvalue()] == []
    assert b"/response/" not in written


async def test_datasets_and_transcripts_go_when_the_operator_says(workspace, watch, channel_id, bot, tmp_path):
    ada, eyes = workspace.person("ada"), watch("ada")
    dropped = await ada.share_file(channel_id, "marv.jsonl", MARV)
    await eyes.reply(channel_id, dropped.ts, "jobs.start")
    await bot.pruning.prune()
    assert len(_stored(tmp_path)) == 1
    later = replace(
        bot.pruning,
        clock=lambda: bot.clock() + timedelta(days=31),
        retention=Retention(datasets=timedelta(days=30), transcripts=timedelta(days=30)),
    )
    await later.prune()

    await eyes.reply(channel_id, dropped.ts, "that stood here was deleted on")
    assert _stored(tmp_path) == []


def _stored(folder: Path) -> list[Path]:
    return [path for path in (folder / "files").rglob("*") if path.is_file()]
