"""The two ways in which Slack reaches the bot: Socket Mode, and signed HTTP requests."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

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


class CannotListen(Exception):
    """The address is taken, or isn't this machine's."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"{address}: {reason}")
        self.address = address
        self.reason = reason


@asynccontextmanager
async def http(server: Starlette, host: str, port: int) -> AsyncIterator[str]:
    """Listening for Slack's requests, as long as the block lasts; yields the address.

    Raises:
        CannotListen: the address is taken, or isn't this machine's.
    """
    config = uvicorn.Config(server, log_config=None, lifespan="off", access_log=False)
    listening = _Server(config)
    with bound(host, port) as listener:
        serving = asyncio.create_task(listening.serve(sockets=[listener]))
        try:
            yield await listening.address()
        finally:
            listening.should_exit = True
            await serving


def bound(host: str, port: int) -> socket.socket:
    """Bound here, since uvicorn would end the process where it can't."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        # What the socket module adds to the reason is the address once more.
        raise CannotListen(f"{host}:{port}", os.strerror(error.errno) if error.errno else str(error)) from error


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs the bot, and tells where it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._is_listening = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._is_listening.set()

    async def address(self) -> str:
        await self._is_listening.wait()
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"
