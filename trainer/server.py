"""The server put together: every noun's addresses under ``/v1``, with the queue at work beside them."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from trainer.admin import Admin
from trainer.backends.backend import Backend
from trainer.backends.vllm import ServingFailed
from trainer.body_limits import BodyLimits
from trainer.completions import Completions
from trainer.engine.examples import UnsuitableTemplate
from trainer.errors import (
    Refused,
    answer_bug,
    answer_http_error,
    answer_no_room,
    answer_refused,
    answer_serving,
    answer_unsuitable,
)
from trainer.exports import Exports
from trainer.files import Files
from trainer.headers import Headers
from trainer.jobs import Jobs
from trainer.keys import Keys
from trainer.lifecycle import Lifecycle
from trainer.models import Models
from trainer.openapi import openapi_route
from trainer.plans import Plans
from trainer.queue import Queue
from trainer.rate_limits import RateLimits
from trainer.service_accounts import ServiceAccounts
from trainer.store import Store, StoreUnavailable
from trainer.token_counts import TokenCounts
from trainer.uploads import Uploads
from trainer.webhook_deliveries import Deliveries
from trainer.webhooks import Webhooks

logger = logging.getLogger(__name__)

_EXPIRY_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Settings:
    """What the server is given from outside."""

    backends: Mapping[str, Backend]
    """By the base model's id."""
    store: Store
    new_seed: Callable[[], int]
    api_key: str | None
    """The key of the default project; None, where there is no admin key either, accepts any, and none."""
    admin_key: str | None
    """The key of the admin API, which makes projects and their keys; None closes it."""
    announce: Callable[[], None]
    """Called when requests are answered."""
    shutdown_date: str | None = None
    """The day, YYYY-MM-DD in UTC, from which no model answers or trains any more."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Further names of base models, so that a client need not change the name that it asks for."""
    sends_webhooks_anywhere: bool = False
    """Also to this machine and to private networks."""
    memory_bytes: int | None = None
    """The most that a training process may take; None leaves it what is free."""
    n_at_once: int = 1
    """How many jobs train at the same time."""
    n_answering: int = 2
    """How many tokens are computed, or waited for, at the same time."""


def build(settings: Settings) -> Starlette:
    """The application; its lifespan runs the queue and reads the weights."""
    store = settings.store
    threads = ThreadPoolExecutor(settings.n_answering, thread_name_prefix="answers")
    files, models = Files(store), Models(store, settings.backends, settings.shutdown_date, settings.aliases)
    deliveries, limits, uploads = (
        Deliveries(store, goes_anywhere=settings.sends_webhooks_anywhere),
        RateLimits(store),
        Uploads(store, files),
    )
    lifecycle = Lifecycle(store, files, models, deliveries)
    queue = Queue(store, files, Plans(store, files, models, settings.memory_bytes), lifecycle, settings.n_at_once)
    nouns = (
        files,
        uploads,
        models,
        Jobs(store, files, models, lifecycle, queue, settings.new_seed),
        Completions(store, models, limits, threads),
        Webhooks(store, deliveries),
        Admin(store, models, limits),
        ServiceAccounts(store),
        TokenCounts(models),
        Exports(store, models),
    )
    routes = [route for noun in nouns for route in noun.routes()]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        for backend in settings.backends.values():
            threads.submit(backend.warm_up)
        working = [
            asyncio.create_task(queue.run(), name="queue"),
            asyncio.create_task(deliveries.run(), name="deliveries"),
            asyncio.create_task(_forget_expired(files, uploads), name="expiry"),
        ]
        settings.announce()
        yield
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)
        threads.shutdown(cancel_futures=True)
        store.close()

    return Starlette(
        routes=[Route("/health", _health), openapi_route(routes), Mount("/v1", routes=routes)],
        lifespan=lifespan,
        middleware=[
            Middleware(Headers, store=store),
            Middleware(Keys, store=store, api_key=settings.api_key, admin_key=settings.admin_key),
            Middleware(BodyLimits),
        ],
        exception_handlers={
            Refused: answer_refused,
            HTTPException: answer_http_error,
            UnsuitableTemplate: answer_unsuitable,
            ServingFailed: answer_serving,
            OSError: answer_no_room,
            StoreUnavailable: answer_no_room,
            Exception: answer_bug,
        },
    )


async def _health(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _forget_expired(files: Files, uploads: Uploads) -> None:
    while True:
        with suppress(OSError, StoreUnavailable):
            files.forget_expired()
            uploads.forget_expired()
        await asyncio.sleep(_EXPIRY_SECONDS)
