"""The two ways in which Slack reaches the bot: Socket Mode, and signed HTTP requests."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from socket import socket

import uvicorn
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette


@asynccontextmanager
async def socket_mode(slack: AsyncApp, app_token: str, client: AsyncWebClient) -> AsyncIterator[str]:
    """Connected by WebSocket, as long as the block lasts; no address of ours is needed."""
    handler = AsyncSocketModeHandler(slack, app_token, web_client=client)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # slack_bolt leaves it unannotated.
    try:
        yield "Socket Mode"
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # The same.


@asynccontextmanager
async def http(server: Starlette, host: str, port: int) -> AsyncIterator[str]:
    """Listening for Slack's requests, as long as the block lasts; yields the address."""
    config = uvicorn.Config(server, host=host, port=port, log_config=None, lifespan="off", access_log=False)
    listening = _Server(config)
    serving = asyncio.create_task(listening.serve())
    try:
        yield await listening.address()
    finally:
        listening.should_exit = True
        await serving


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs the bot, and tells where it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._is_listening = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        self._is_listening.set()

    async def address(self) -> str:
        await self._is_listening.wait()
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"
