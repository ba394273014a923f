"""An administrator turns over every page of an account with 120 foreign jobs and 30 tuned models.

Measured through the whole product, from the command or click to the page in Slack, against the bare client reading the
same two lists from the same server in the same run. The limit is three seconds for all pages together.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from openai import AsyncOpenAI

from bot.app import build
from tests.scenarios.conftest import ROOT, bot_settings
from tests.scenarios.watching import Watcher
from tests.tuning.scripted_host import ScriptedHost, served
from workspace.composition import Settings as WorkspaceSettings
from workspace.running import RunningWorkspace, running_workspace

N_JOBS, N_MODELS = 120, 30
_ROUNDS = 5


def main() -> None:
    """Print the time for all pages beside the bare client's."""
    asyncio.run(_measure())


async def _measure() -> None:
    host = ScriptedHost()
    host.jobs = [{"id": f"ftjob-{number:03}", "model": "gpt-4.1-mini", "status": "running"} for number in range(N_JOBS)]
    host.models = [{"id": f"ft:gpt-4.1-mini:us:m{number:02}:x"} for number in range(N_MODELS)]
    async with served(host.app()) as url, _administrator(url) as (workspace, dm):
        eyes = Watcher(workspace.person("ada"))
        await _pages(eyes, dm)
        product = min([await _timed(lambda: _pages(eyes, dm)) for _ in range(_ROUNDS)])
        async with AsyncOpenAI(base_url=url, api_key="k") as client:
            await _bare(client)
            bare = min([await _timed(lambda: _bare(client)) for _ in range(_ROUNDS)])
    print(f"every page in Slack          {product:8.3f} s  (8 pages of jobs, 2 of models; limit 3)")
    print(f"the bare client's two lists  {bare:8.3f} s")
    print(f"product / bare               {product / bare:8.1f}")


@asynccontextmanager
async def _administrator(url: str) -> AsyncIterator[tuple[RunningWorkspace, str]]:
    limits = WorkspaceSettings(limits_scale=100)
    with tempfile.TemporaryDirectory() as folder:
        async with running_workspace(manifest=ROOT / "manifest.yml", settings=limits) as workspace:
            ada, stop = workspace.person("ada"), asyncio.Event()
            settings = bot_settings(
                workspace, url, Path(folder), provider="openai", given_provider_key="k", admins=(ada.user.id,)
            )
            async with build(settings) as bot, asyncio.TaskGroup() as group:
                group.create_task(bot.run(stop))
                await bot.ready.wait()
                await workspace.app_connected()
                yield workspace, await ada.open_dm(workspace.credentials.bot_user_id)
                stop.set()


async def _pages(eyes: Watcher, dm: str) -> None:
    """Both lists to their last page."""
    for words, action, last in (("jobs all", "account.jobs", "ftjob-000"), ("models all", "account.models", "m00")):
        before = len(eyes.person.ephemerals(dm))
        await eyes.person.command(dm, "/finetune", words)
        page = await eyes.sees(lambda seen=before: eyes.person.ephemerals(dm)[seen:])
        shown = page[-1]
        while last not in str(shown.blocks):
            ts, blocks = shown.ts, str(shown.blocks)
            await eyes.person.click(ts, dm, f"{action}.next")
            turned = await eyes.sees(
                lambda known=blocks: [one for one in eyes.person.ephemerals(dm)[-1:] if str(one.blocks) != known]
            )
            shown = turned[-1]


async def _bare(client: AsyncOpenAI) -> None:
    assert len([job async for job in client.fine_tuning.jobs.list(limit=100)]) == N_JOBS
    assert len([model async for model in client.models.list()]) == N_MODELS


async def _timed(work: Callable[[], Awaitable[None]]) -> float:
    started = time.perf_counter()
    await work()
    return time.perf_counter() - started
