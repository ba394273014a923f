"""The headers that every answer of OpenAI's API carries."""

import asyncio
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from trainer.models import ORGANISATION
from trainer.store import Store

_VERSION: Final = "2020-10-01"


class Headers:
    """Adds ``x-request-id``, which the openai client shows in its errors, how long the answer took, and whose it is."""

    def __init__(self, app: ASGIApp, store: Store) -> None:
        self._app = app
        self._store = store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        clock = asyncio.get_running_loop().time
        began, request_id = clock(), self._store.new_id("req", "_")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = {
                    "x-request-id": request_id,
                    "openai-processing-ms": str(round((clock() - began) * 1000)),
                    "openai-version": _VERSION,
                    "openai-organization": ORGANISATION,
                    "openai-project": scope.get("project_id", ""),
                }
                added = [(name.encode(), value.encode()) for name, value in told.items() if value]
                message["headers"] = [*message["headers"], *added]
            await send(message)

        await self._app(scope, receive, send_with_headers)
