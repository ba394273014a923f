"""The whole product on loopback: the workspace, the bot by Socket Mode, and a trainer with a tiny model."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen
from urllib.parse import urlsplit

import pytest
from openai import AsyncOpenAI

from bot.app import Application, build
from bot.settings import Settings
from tests.scenarios.watching import Watcher
from workspace.composition import Settings as WorkspaceSettings
from workspace.running import RunningWorkspace, running_workspace

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def shared_trainer_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real trainer with random weights: it trains and answers in seconds, and says nothing sensible.

    For pictures that shall show sensible answers, TUNESMITH_TEST_MODEL=smollm2 takes the demo's model instead.
    """
    model = os.environ.get("TUNESMITH_TEST_MODEL", "tiny")
    with running_trainer(tmp_path_factory.mktemp("trainer"), model) as url:
        yield url


@contextmanager
def running_trainer(folder: Path, model: str) -> Iterator[str]:
    """A trainer in a process of its own; the value is its address."""
    command = [sys.executable, "-m", "trainer", "--port", "0", "--data", str(folder), "--model", model]
    with Popen(command, stdout=PIPE, text=True, cwd=ROOT) as process:  # noqa: S603 - our own program.
        try:
            assert process.stdout
            ready = next(found for line in process.stdout if (found := re.search(r"ready at (\S+)", line)))
            yield ready.group(1)
        finally:
            process.terminate()


@pytest.fixture(name="trainer_url")
async def _trainer_url(shared_trainer_url: str) -> AsyncIterator[str]:
    """The shared trainer; what a story leaves running there is cancelled, so that the next one's job comes first."""
    yield shared_trainer_url
    async with AsyncOpenAI(base_url=shared_trainer_url, api_key="none") as client:
        async for job in client.fine_tuning.jobs.list(limit=100):
            if job.status in {"validating_files", "queued", "running", "paused"}:
                await client.fine_tuning.jobs.cancel(job.id)


@pytest.fixture(name="workspace")
async def _workspace() -> AsyncIterator[RunningWorkspace]:
    # Ten times Slack's limits: the story is what is tested here, not the waiting.
    settings = WorkspaceSettings(limits_scale=10)
    async with running_workspace(manifest=ROOT / "manifest.yml", settings=settings) as workspace:
        yield workspace


@pytest.fixture(name="settings")
def _settings(workspace: RunningWorkspace, trainer_url: str, tmp_path: Path) -> Settings:
    return bot_settings(workspace, trainer_url, tmp_path)


def bot_settings(workspace: RunningWorkspace, trainer_url: str, folder: Path, **others: object) -> Settings:
    credentials = workspace.credentials
    return Settings(
        _env_file=None,
        slack_bot_token=credentials.bot_token,
        slack_app_token=credentials.app_token,
        slack_signing_secret=credentials.signing_secret,
        slack_api_url=workspace.api_url,
        slack_file_hosts=(urlsplit(workspace.url).netloc,),
        data=folder,
        given_provider_url=trainer_url,
        **others,
    )


@pytest.fixture(name="bot")
async def _bot(settings: Settings, workspace: RunningWorkspace) -> AsyncIterator[Application]:
    """The bot, running and connected until the test ends."""
    stop = asyncio.Event()
    async with build(settings) as application, asyncio.TaskGroup() as group:
        group.create_task(application.run(stop))
        await application.ready.wait()
        await workspace.app_connected()
        yield application
        stop.set()


@pytest.fixture(name="watch")
def _watch(workspace: RunningWorkspace) -> Callable[[str], Watcher]:
    """The eyes of a person: `watch("ada")`."""
    return lambda name: Watcher(workspace.person(name))


@pytest.fixture(name="dm")
async def _dm(workspace: RunningWorkspace, bot: Application) -> str:
    """Ada's direct message with the bot."""
    return await workspace.person("ada").open_dm(workspace.credentials.bot_user_id)
