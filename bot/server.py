"""The HTTP side: Slack's signed requests, and what operators ask (health, metrics)."""

import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, Histogram, generate_latest
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive

from bot.app_manifest import EVENTS_PATH

logger = logging.getLogger(__name__)

MOST_BODY_BYTES = 4 * 1024 * 1024
"""Of a request; Slack's largest, a submitted modal, stays below the 250 KB that Slack allows a view."""

_SECONDS_BETWEEN_WARNINGS = 60.0
_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
"""Seconds, up to the three after which Slack gives up on an acknowledgement."""

Levels = Callable[[], Awaitable[Mapping[str, float]]]
"""What waits or runs at this moment, by the name of its gauge."""


def build_server(slack: AsyncApp, signing_secret: str, levels: Levels, further: Sequence[Route] = ()) -> Starlette:
    """The ASGI application.

    Args:
        slack: where signed requests go.
        signing_secret: by which Slack signs them; what isn't signed, or is old, goes no further.
        levels: asked at each look at `/health` and `/metrics`; failing to answer means not healthy.
        further: what else is served at this address.
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
    handler, verifier, refusals = AsyncSlackRequestHandler(slack), SignatureVerifier(signing_secret), _Refusals()

    async def from_slack(request: Request) -> Response:
        started_at = time.perf_counter()
        response = _malformed(request) or await _answered(handler, verifier, refusals, request)
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
            *further,
        ]
    )


class _BodyTooLarge(Exception):
    """More than `MOST_BODY_BYTES` have come."""


class _Refusals:
    """Requests whose signature was wrong, told at most once a minute: anybody may send them, as many as they like."""

    def __init__(self) -> None:
        self._untold = 0
        self._told_at = -_SECONDS_BETWEEN_WARNINGS

    def count(self) -> None:
        self._untold += 1
        if time.monotonic() - self._told_at >= _SECONDS_BETWEEN_WARNINGS:
            # A wrong secret would otherwise be silence: Slack shows nobody what it was answered.
            look_at = "SLACK_SIGNING_SECRET, the clock"
            logger.warning("slack_signature_refused", extra={"look_at": look_at, "requests": self._untold})
            self._told_at, self._untold = time.monotonic(), 0


async def _answered(
    handler: AsyncSlackRequestHandler, verifier: SignatureVerifier, refusals: _Refusals, request: Request
) -> Response:
    """Bolt's answer to a body that Slack has signed: Bolt parses a body before it verifies it, and fails over some."""
    limited = Request(request.scope, _limited(request.receive))
    try:
        body = await limited.body()
    except _BodyTooLarge:
        return _too_large()
    headers, text = request.headers, body.decode("utf-8", errors="replace")
    if not verifier.is_valid(text, headers["x-slack-request-timestamp"], headers["x-slack-signature"]):
        refusals.count()
        return _not_signed()
    return await handler.handle(limited)


def _limited(receive: Receive) -> Receive:
    """The same stream, which breaks off once it is too long: a chunked body announces no length."""
    left_bytes = MOST_BODY_BYTES

    async def receive_some() -> Message:
        nonlocal left_bytes
        message = await receive()
        left_bytes -= len(message.get("body", b""))
        if left_bytes < 0:
            raise _BodyTooLarge
        return message

    return receive_some


def _too_large() -> Response:
    return PlainTextResponse("Too large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _malformed(request: Request) -> Response | None:
    """Refuses what Bolt would stumble over: a timestamp that is no number, a signature that isn't hexadecimal."""
    if int(request.headers.get("content-length") or 0) > MOST_BODY_BYTES:
        return _too_large()
    timestamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    if _TIMESTAMP.fullmatch(timestamp) and _SIGNATURE.fullmatch(signature):
        return None
    return _not_signed()


def _not_signed() -> Response:
    return PlainTextResponse("Not signed by Slack", HTTPStatus.UNAUTHORIZED)
