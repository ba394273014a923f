"""The server put together: every noun's addresses under ``/v1``, with the queue at work beside them."""

import asyncio
import hmac
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from trainer.backends.backend import Backend
from trainer.body_limits import BodyLimits
from trainer.completions import Completions
from trainer.errors import Refused, answer_bug, answer_http_error, answer_no_room, answer_refused, error_object
from trainer.files import Files
from trainer.jobs import Jobs
from trainer.lifecycle import Lifecycle
from trainer.models import Models
from trainer.plans import Plans
from trainer.queue import Queue
from trainer.store import Store, StoreUnavailable
from trainer.token_counts import TokenCounts

logger = logging.getLogger(__name__)

_THREADS: Final = 2


@dataclass(frozen=True, slots=True)
class Settings:
    """What the server is given from outside."""

    backends: Mapping[str, Backend]
    """By the base model's id."""
    store: Store
    new_seed: Callable[[], int]
    api_key: str | None
    """The only key accepted; None accepts any, and none."""
    announce: Callable[[], None]
    """Called when requests are answered."""
    memory_bytes: int | None = None
    """The most that a training process may take; None leaves it what is free."""


def build(settings: Settings) -> Starlette:
    """The application; its lifespan runs the queue and reads the weights."""
    store = settings.store
    threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="answers")
    files, models = Files(store), Models(store, settings.backends)
    lifecycle = Lifecycle(store, files, models)
    queue = Queue(store, files, Plans(store, files, models, settings.memory_bytes), lifecycle)
    nouns = (
        files,
        models,
        Jobs(store, models, lifecycle, queue, settings.new_seed),
        Completions(store, models, threads),
        TokenCounts(models),
    )
    routes = [route for noun in nouns for route in noun.routes()]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        for backend in settings.backends.values():
            threads.submit(backend.warm_up)
        working = asyncio.create_task(queue.run(), name="queue")
        settings.announce()
        yield
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
        threads.shutdown(cancel_futures=True)
        store.close()

    return Starlette(
        routes=[Route("/health", _health), Mount("/v1", routes=routes)],
        lifespan=lifespan,
        middleware=[
            Middleware(RequestIds, store=store),
            Middleware(Keys, api_key=settings.api_key),
            Middleware(BodyLimits),
        ],
        exception_handlers={
            Refused: answer_refused,
            HTTPException: answer_http_error,
            OSError: answer_no_room,
            StoreUnavailable: answer_no_room,
            Exception: answer_bug,
        },
    )


async def _health(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


class RequestIds:
    """Gives every answer an ``x-request-id``, which the openai client shows in its errors."""

    def __init__(self, app: ASGIApp, store: Store) -> None:
        self._app = app
        self._store = store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request_id = self._store.new_id("req").encode()

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-request-id", request_id)]
            await send(message)

        await self._app(scope, receive, send_with_id)


class Keys:
    """Lets requests in that carry the right key."""

    def __init__(self, app: ASGIApp, api_key: str | None) -> None:
        self._app = app
        self._expected = f"Bearer {api_key}".encode() if api_key else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        given = dict(scope.get("headers", ())).get(b"authorization", b"")
        is_guarded = scope["type"] == "http" and scope["path"].startswith("/v1") and self._expected is not None
        if is_guarded and not hmac.compare_digest(given, self._expected or b""):
            message = "Incorrect API key provided. The server was started with --api-key; send that key."
            body = error_object(message, kind="invalid_request_error", code="invalid_api_key")
            await JSONResponse(body, HTTPStatus.UNAUTHORIZED)(scope, receive, send)
            return
        await self._app(scope, receive, send)
