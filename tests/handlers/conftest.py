"""The real workspace with our own manifest, and what the bot's parts need to speak to it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from handlers.announcements import Announcements
from handlers.channels import Channels
from handlers.outbox import Outbox
from handlers.pacing import Pacer
from handlers.people import People
from handlers.posting import Posting
from storage.changes import ChangeStore
from storage.deliveries import DeliveryStore
from storage.engine import Database
from storage.jobs import JobStore
from storage.leases import Lease, LeaseStore
from storage.models import ModelStore
from storage.people import PeopleStore
from storage.preferences import PreferenceStore
from storage.rows import Tenant
from tests.tuning.house import House
from tuning.providers.gateway import Gateway
from tuning.providers.profiles import TRAINER
from tuning.texts import Texts
from workspace.composition import Settings
from workspace.running import RunningWorkspace, running_workspace

MANIFEST = Path(__file__).parents[2] / "manifest.yml"


@pytest.fixture(name="texts", scope="session")
def _texts() -> Texts:
    return Texts.load()


@pytest.fixture(name="workspace_settings")
def _workspace_settings() -> Settings:
    return Settings()


@pytest.fixture(name="workspace")
async def _workspace(workspace_settings: Settings) -> AsyncIterator[RunningWorkspace]:
    async with running_workspace(manifest=MANIFEST, settings=workspace_settings) as workspace:
        yield workspace


@pytest.fixture(name="session")
async def _session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture(name="client")
def _client(workspace: RunningWorkspace, session: aiohttp.ClientSession) -> AsyncWebClient:
    return AsyncWebClient(
        token=workspace.credentials.bot_token, base_url=workspace.api_url, session=session, retry_handlers=[]
    )


@pytest.fixture(name="tenant")
def _tenant(workspace: RunningWorkspace) -> Tenant:
    return Tenant(workspace.credentials.team_id)


@pytest.fixture(name="channel_id")
async def _channel_id(workspace: RunningWorkspace) -> str:
    """#fine-tuning, to which ada has invited the bot."""
    channel_id = workspace.state.channel_named("fine-tuning").id
    await workspace.person("ada").invite(channel_id, workspace.credentials.bot_user_id)
    return channel_id


@pytest.fixture(name="database")
async def _database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'bot.sqlite'}")
    yield database
    await database.close()


@pytest.fixture(name="people")
def _people(client: AsyncWebClient, database: Database, texts: Texts) -> People:
    return People(
        client,
        PeopleStore(database),
        texts,
        "en",
        frozenset(),
        lambda: datetime.now(UTC),
        Channels(client, lambda: datetime.now(UTC)),
        PreferenceStore(database),
    )


@pytest.fixture(name="until")
def _until(workspace: RunningWorkspace) -> Callable[[Callable[[], object]], Awaitable[None]]:
    """Waits until something is so, looking again whenever anything in the workspace changes."""

    async def until(is_so: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            if is_so():
                return
            async for _ in workspace.person("ada").changes(after=0):
                if is_so():
                    return

    return until


def _now() -> datetime:
    return datetime.now(UTC)


async def _nothing_more(job: object) -> None:
    """Nothing but messages shows how far a job is."""


class Clock:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture(name="clock")
def _clock() -> Clock:
    return Clock()


@pytest.fixture(name="make_outbox")
def _make_outbox(database, people, clock) -> Callable[..., Outbox]:
    """An outbox as each start of the process makes one."""

    def make(client: AsyncWebClient, owner: str = "sole") -> Outbox:
        deliveries = DeliveryStore(database)
        announcements = Announcements(
            ChangeStore(database),
            JobStore(database),
            deliveries,
            people,
            "",
            _now,
            ModelStore(database),
            _nothing_more,
        )
        posting = Posting(client, Pacer(clock))
        lease = Lease(LeaseStore(database), "outbox", owner, _now)
        return Outbox(posting, deliveries, announcements, lease, _now, settle_seconds=0, unknown_seconds=0)

    return make


@pytest.fixture(name="house")
async def _house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    """What `tuning` does, with real stores and a provider that is away."""
    gateway = Gateway(TRAINER, base_url="http://127.0.0.1:1/v1")
    yield House(database, gateway, tmp_path / "files")
    await gateway.close()
