"""The HTTP side: Slack's signed requests, and what operators ask (health, metrics)."""

import re
import time
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, Histogram, generate_latest
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

EVENTS_PATH = "/slack/events"
MOST_BODY_BYTES = 4 * 1024 * 1024
"""Of a request; Slack's largest, a submitted modal, stays below the 250 KB that Slack allows a view."""

_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
"""Seconds, up to the three after which Slack gives up on an acknowledgement."""

Levels = Callable[[], Awaitable[Mapping[str, float]]]
"""What waits or runs at this moment, by the name of its gauge."""


def build_server(slack: AsyncApp, levels: Levels) -> Starlette:
    """The ASGI application.

    Args:
        slack: where signed requests go; it verifies signature and age.
        levels: asked at each look at `/health` and `/metrics`; failing to answer means not healthy.
    """
    registry = CollectorRegistry()
    acknowledged = Histogram(
        "tunesmith_acknowledgement_seconds",
        "Time from a request of Slack's to its acknowledgement.",
        ["status"],
        registry=registry,
        buckets=_BUCKETS,
    )
    gauges: dict[str, Gauge] = {}
    handler = AsyncSlackRequestHandler(slack)

    async def from_slack(request: Request) -> Response:
        started_at = time.perf_counter()
        response = _malformed(request) or await handler.handle(request)
        acknowledged.labels(str(response.status_code)).observe(time.perf_counter() - started_at)
        return response

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok", **await levels()})

    async def metrics(_: Request) -> Response:
        for name, level in (await levels()).items():
            if name not in gauges:
                gauges[name] = Gauge(f"tunesmith_{name}", name.replace("_", " "), registry=registry)
            gauges[name].set(level)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[
            Route(EVENTS_PATH, from_slack, methods=["POST"]),
            Route("/health", health),
            Route("/metrics", metrics),
        ]
    )


def _malformed(request: Request) -> Response | None:
    """Refuses what Bolt would stumble over: a timestamp that is no number, a signature that isn't hexadecimal."""
    if int(request.headers.get("content-length") or 0) > MOST_BODY_BYTES:
        return PlainTextResponse("Too large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    timestamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    if _TIMESTAMP.fullmatch(timestamp) and _SIGNATURE.fullmatch(signature):
        return None
    return PlainTextResponse("Not signed by Slack", HTTPStatus.UNAUTHORIZED)
