"""The baseline of the acknowledgement benchmark: a Bolt app that stores nothing, on the same kind of server."""

import asyncio
import os
import socket
from typing import Any

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def bare_app() -> AsyncApp:
    client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = AsyncApp(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])

    async def hear(event: dict[str, Any]) -> None:
        del event

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    app.event("message")(hear)
    app.event("app_mention")(hear)
    app.command("/finetune")(acknowledge)
    return app


async def main() -> None:
    handler = AsyncSlackRequestHandler(bare_app())

    async def from_slack(request: Request) -> Response:
        return await handler.handle(request)

    server = Starlette(routes=[Route("/slack/events", from_slack, methods=["POST"])])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(f"Bare Bolt is ready at http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        await uvicorn.Server(uvicorn.Config(server, log_config=None, access_log=False)).serve(sockets=[listener])


if __name__ == "__main__":
    asyncio.run(main())
