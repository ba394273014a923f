"""The bot stops in the middle and starts again: nothing is lost, and nothing is done twice."""

import asyncio
from contextlib import asynccontextmanager

from bot.app import build
from tests.scenarios.conftest import ROOT
from tests.scenarios.watching import shown

MARV = (ROOT / "examples" / "marv.jsonl").read_bytes()


@asynccontextmanager
async def running(settings, workspace):
    stop = asyncio.Event()
    async with build(settings) as application, asyncio.TaskGroup() as group:
        group.create_task(application.run(stop))
        await application.ready.wait()
        await workspace.app_connected()
        yield application
        stop.set()


async def test_a_job_that_was_started_before_the_restart_is_followed_to_its_end(settings, workspace, watch):
    ada, eyes = workspace.person("ada"), watch("ada")
    dm = await ada.open_dm(workspace.credentials.bot_user_id)
    async with running(settings, workspace):
        dropped = await ada.share_file(dm, "marv.jsonl", MARV)
        report = await eyes.reply(dm, dropped.ts, "jobs.start")
        await ada.click(report.ts, dm, "jobs.start")
        assert await ada.submit_view((await eyes.form()).id) == {}
    async with running(settings, workspace):
        await eyes.reply(dm, dropped.ts, "*marv* is ready")
        await eyes.reply(dm, dropped.ts, "base and tuned")

    replies = [shown(reply) for reply in ada.replies(dm, dropped.ts)[1:]]
    for told in ("*Ready:*", "▰▰▰", "*marv* is ready", "base and tuned"):
        assert sum(told in reply for reply in replies) == 1, told


async def test_a_file_that_was_taken_in_before_the_restart_is_reported_after_it(settings, workspace, watch):
    ada = workspace.person("ada")
    dm = await ada.open_dm(workspace.credentials.bot_user_id)
    async with running(settings, workspace) as application:
        dropped = await ada.share_file(dm, "marv.jsonl", MARV)
        await application.inbox.arrived.wait()
    async with running(settings, workspace):
        await watch("ada").reply(dm, dropped.ts, "*Ready:*")

    assert len(ada.replies(dm, dropped.ts)[1:]) == 1
