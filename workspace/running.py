"""A workspace that runs: for `python -m workspace`, and as an async context manager for tests."""

import asyncio
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from workspace.composition import Settings, Workspace, compose
from workspace.credentials import Credentials, credentials_of, write_credentials
from workspace.people import Person
from workspace.records import App
from workspace.server import build
from workspace.state import State

SHUTDOWN_SECONDS = 2


@dataclass(frozen=True, slots=True)
class RunningWorkspace:
    """A workspace at its address, with one installed app."""

    workspace: Workspace
    app: App
    credentials: Credentials
    url: str

    @property
    def api_url(self) -> str:
        """What an app sets as the base URL of its Web API client."""
        return self.credentials.api_url

    @property
    def state(self) -> State:
        """Everything that is in the workspace."""
        return self.workspace.state

    def person(self, name: str) -> Person:
        """Return ada, lin, bo or gus."""
        return self.workspace.person(name)

    async def app_connected(self) -> None:
        """Return as soon as the app has a socket open."""
        await self.workspace.sockets.wait_connected(self.app)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a workspace listens and keeps its files; port 0 takes a free one, no folder a temporary one."""

    host: str = "127.0.0.1"
    port: int = 0
    folder: Path | None = None
    has_page: bool = False


@asynccontextmanager
async def running_workspace(
    *,
    manifest: Path | Mapping[str, object],
    request_url: str | None = None,
    place: Place | None = None,
    settings: Settings | None = None,
) -> AsyncIterator[RunningWorkspace]:
    """Run a workspace in this event loop with the manifest's app installed, until the block ends.

    With a `request_url` the app is reached there by signed HTTP instead of Socket Mode. The credentials are written to
    credentials.json in the folder.
    """
    place = place or Place()
    with _folder(place) as folder, _listener(place) as listener:
        workspace = compose(folder, settings or Settings())
        workspace.state.base_url = f"http://{place.host}:{listener.getsockname()[1]}"
        app = workspace.install(manifest, request_url)
        credentials = credentials_of(workspace.state, app)
        write_credentials(credentials, folder)
        application = build(workspace)
        if place.has_page:
            _mount_page(application, workspace)
        async with _serving(application, workspace, listener):
            yield RunningWorkspace(workspace, app, credentials, workspace.state.base_url)


def _mount_page(application: FastAPI, workspace: Workspace) -> None:
    from workspace.page import mount  # noqa: PLC0415  NiceGUI takes a second to import; only who sees the page pays.

    mount(application, workspace)


class _Server(uvicorn.Server):
    """uvicorn without signal handlers and without a clock of its own: whoever runs the workspace ends it, at once."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ended = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self.ended.wait()


@asynccontextmanager
async def _serving(application: FastAPI, workspace: Workspace, listener: socket.socket) -> AsyncIterator[None]:
    config = uvicorn.Config(
        application,
        log_config=None,
        lifespan="on",
        ws="websockets-sansio",
        date_header=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        workspace.state.log.close()
        await workspace.delivery.aclose()
        server.ended.set()
        await serving


@contextmanager
def _folder(place: Place) -> Iterator[Path]:
    if place.folder:
        place.folder.mkdir(parents=True, exist_ok=True)
        yield place.folder
        return
    with tempfile.TemporaryDirectory(prefix="workspace-") as temporary:
        yield Path(temporary)


@contextmanager
def _listener(place: Place) -> Iterator[socket.socket]:
    """Listen before the server starts, so that whoever knows the address can connect at once."""
    with socket.create_server((place.host, place.port), backlog=128) as listener:
        yield listener
