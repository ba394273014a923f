"""A real workspace on loopback, a real Slack client and a real Bolt app in it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager, contextmanager
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from workspace.composition import Settings
from workspace.delivery.delivery import Pace
from workspace.running import RunningWorkspace, running_workspace

SCOPES = [
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "reactions:read",
    "reactions:write",
    "team:read",
    "users:read",
]
EVENTS = [
    "app_home_opened",
    "app_mention",
    "file_shared",
    "member_joined_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "reaction_added",
]


@pytest.fixture(name="manifest")
def _manifest() -> dict[str, Any]:
    return {
        "display_information": {"name": "Echo"},
        "features": {
            "bot_user": {"display_name": "echo"},
            "slash_commands": [{"command": "/echo", "description": "Say it again", "usage_hint": "[words]"}],
            "shortcuts": [
                {"name": "Ask", "type": "global", "callback_id": "ask", "description": "Ask"},
                {"name": "Save", "type": "message", "callback_id": "save", "description": "Save"},
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True},
            "socket_mode_enabled": True,
        },
    }


class HandClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds

    def move(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture(name="clock")
def _clock() -> HandClock:
    return HandClock()


@pytest.fixture(name="settings")
def _settings(clock: HandClock) -> Settings:
    return Settings(clock=clock, pace=Pace(retry_intervals_seconds=(0.0, 0.0, 0.0)))


@pytest.fixture(name="workspace")
async def _workspace(manifest: dict[str, Any], settings: Settings) -> AsyncIterator[RunningWorkspace]:
    async with running_workspace(manifest=manifest, settings=settings) as workspace:
        yield workspace


@pytest.fixture(name="client")
def _client(workspace: RunningWorkspace) -> AsyncWebClient:
    return AsyncWebClient(token=workspace.credentials.bot_token, base_url=workspace.api_url)


@pytest.fixture(name="general")
def _general(workspace: RunningWorkspace) -> str:
    """#general, with the app in it."""
    channel = workspace.state.channel_named("general")
    channel.member_ids.append(workspace.credentials.bot_user_id)
    return channel.id


@pytest.fixture(name="direct")
async def _direct(workspace: RunningWorkspace) -> str:
    """Ada's direct message with the app."""
    return await workspace.person("ada").open_dm(workspace.credentials.bot_user_id)


@pytest.fixture(name="app")
def _app(workspace: RunningWorkspace, client: AsyncWebClient) -> AsyncApp:
    return AsyncApp(client=client, signing_secret=workspace.credentials.signing_secret)


@pytest.fixture(name="refused")
def _refused() -> Callable[[str], AbstractContextManager[None]]:
    """Expects a call of the Web API to be refused with an error code."""

    @contextmanager
    def refused(code: str) -> Iterator[None]:
        with pytest.raises(SlackApiError) as caught:
            yield
        assert caught.value.response["error"] == code

    return refused


@pytest.fixture(name="connected")
def _connected(workspace: RunningWorkspace, app: AsyncApp) -> Callable[[], AbstractAsyncContextManager[None]]:
    """Connects the Bolt app by Socket Mode until the block ends."""

    @asynccontextmanager
    async def connected() -> AsyncIterator[None]:
        handler = AsyncSocketModeHandler(app, workspace.credentials.app_token)
        await handler.connect_async()
        try:
            await workspace.app_connected()
            yield
        finally:
            await handler.close_async()

    return connected
