"""Sends every message that was written down, paced, each exactly once and a card only in its latest state."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.announcements import Announcements
from handlers.blocks.kit import Content
from handlers.blocks.loss_chart import without_charts
from handlers.pacing import Pacer
from handlers.refusals import refusal
from storage.deliveries import DeliveryStore
from storage.rows import JSON, Delivery, Place, Tenant

logger = logging.getLogger(__name__)

POLL_SECONDS = 1.0
MOST_ATTEMPTS = 8
_EVENT_TYPE = "tunesmith_delivery"
"""Our mark in a message's metadata, by which a post whose outcome is unknown is found again."""
_TOO_FAST = frozenset({"ratelimited", "rate_limited"})
_PASSING = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"})


class _Unsent(Exception):
    """Slack didn't take the message; `is_unknown` when it may have."""

    def __init__(
        self, error: str, *, is_final: bool = False, is_unknown: bool = False, after_seconds: float = 0
    ) -> None:
        super().__init__(error)
        self.is_final = is_final
        self.is_unknown = is_unknown
        self.after_seconds = after_seconds


@dataclass(slots=True)
class Outbox:
    """The one sender of messages that must arrive; answers to a click and streams go their own way.

    The client must not retry by itself: a post that is repeated after a cut connection shows twice.
    """

    client: AsyncWebClient
    deliveries: DeliveryStore
    announcements: Announcements
    pacer: Pacer
    clock: Callable[[], datetime]
    written: asyncio.Event = field(default_factory=asyncio.Event)
    _teams_without_charts: set[str] = field(default_factory=set)

    async def put(self, tenant: Tenant, key: str, place: Place, content: Content) -> None:
        """Write a message down under its key; the same key again edits the message that was sent."""
        await self.deliveries.put(tenant, key, place, content.payload(), self.clock())
        self.written.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until asked to stop; what a crash left half sent is looked up first."""
        for delivery in await self.deliveries.stuck(self.clock()):
            await self._settle(delivery, "interrupted")
        while not stop.is_set():
            self.written.clear()
            try:
                wait_seconds = await self.sweep()
            except Exception:
                # The loop's own edge: the database may be away for a while, and what is written down stays so.
                logger.exception("outbox_sweep_failed")
                wait_seconds = POLL_SECONDS
            await _until(self.written, wait_seconds)

    async def sweep(self) -> float:
        """Write and send what is due; returns the seconds until something more may be sent."""
        await self.announcements.write()
        wait_seconds = POLL_SECONDS
        for delivery in await self.deliveries.due(self.clock()):
            pause_seconds = self._pause_seconds(delivery)
            if pause_seconds > 0:
                wait_seconds = min(wait_seconds, pause_seconds)
            elif await self.deliveries.sending(delivery):
                await self._send(delivery)
        return wait_seconds

    def _pause_seconds(self, delivery: Delivery) -> float:
        return self.pacer.wait_seconds(delivery.tenant.team_id, *_call(delivery))

    async def _send(self, delivery: Delivery) -> None:
        self.pacer.take(delivery.tenant.team_id, *_call(delivery))
        try:
            message_ts = await self._hand_over(delivery)
        except _Unsent as unsent:
            await self._after_failure(delivery, unsent)
        else:
            await self.deliveries.sent(delivery, message_ts)

    async def _after_failure(self, delivery: Delivery, unsent: _Unsent) -> None:
        logger.warning("delivery_not_sent", extra={"key": delivery.key, "error": str(unsent)})
        if unsent.is_unknown and not delivery.message_ts:
            await self._settle(delivery, str(unsent))
        elif unsent.is_final or delivery.attempts + 1 >= MOST_ATTEMPTS:
            await self.deliveries.failed(delivery, str(unsent))
        else:
            await self._again(delivery, unsent.after_seconds)

    async def _again(self, delivery: Delivery, after_seconds: float) -> None:
        pause_seconds = after_seconds or min(60.0, 2.0**delivery.attempts)
        await self.deliveries.again(delivery, self.clock() + timedelta(seconds=pause_seconds))

    async def _settle(self, delivery: Delivery, error: str) -> None:
        """The outcome is unknown: look for the message before it is sent again."""
        try:
            message_ts = delivery.message_ts or await self._find(delivery)
        except (SlackApiError, aiohttp.ClientError, TimeoutError):
            logger.warning("delivery_not_looked_up", extra={"key": delivery.key, "error": error})
            message_ts = ""
        if message_ts and not delivery.message_ts:
            await self.deliveries.sent(delivery, message_ts)
        else:
            await self._again(delivery, 0)

    async def _find(self, delivery: Delivery) -> str:
        """The ts of our message with this key among the newest of its thread or channel; empty when it isn't there."""
        place = delivery.place
        if place.thread_ts:
            answer = await self.client.conversations_replies(
                channel=place.channel_id, ts=place.thread_ts, include_all_metadata=True, limit=200
            )
        else:
            answer = await self.client.conversations_history(
                channel=place.channel_id, include_all_metadata=True, limit=50
            )
        marks: list[JSON] = answer.get("messages") or []
        return next((str(message["ts"]) for message in marks if _key_of(message) == delivery.key), "")

    async def _hand_over(self, delivery: Delivery) -> str:
        content = Content(delivery.payload["text"], tuple(delivery.payload["blocks"]))
        if delivery.tenant.team_id in self._teams_without_charts:
            content = without_charts(content)
        try:
            return await self._call_slack(delivery, content)
        except SlackApiError as error:
            if refusal(error) != "invalid_blocks" or without_charts(content) == content:
                raise self._translated(delivery, error) from error
        logger.info("charts_not_available", extra={"team_id": delivery.tenant.team_id})
        self._teams_without_charts.add(delivery.tenant.team_id)
        try:
            return await self._call_slack(delivery, without_charts(content))
        except SlackApiError as error:
            raise self._translated(delivery, error) from error

    async def _call_slack(self, delivery: Delivery, content: Content) -> str:
        shown = content.payload()
        channel_id = delivery.place.channel_id
        try:
            if delivery.message_ts:
                await self.client.chat_update(channel=channel_id, ts=delivery.message_ts, **shown)
                return delivery.message_ts
            answer = await self.client.chat_postMessage(
                channel=channel_id,
                thread_ts=delivery.place.thread_ts or None,
                metadata={"event_type": _EVENT_TYPE, "event_payload": {"key": delivery.key}},
                unfurl_links=False,
                unfurl_media=False,
                **shown,
            )
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _Unsent(type(error).__name__, is_unknown=True) from error
        return str(answer["ts"])

    def _translated(self, delivery: Delivery, error: SlackApiError) -> _Unsent:
        name = refusal(error)
        if name in _TOO_FAST or error.response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            after_seconds = float(error.response.headers.get("Retry-After", 1))
            self.pacer.refuse(delivery.tenant.team_id, _call(delivery)[0], after_seconds)
            return _Unsent(name, after_seconds=after_seconds)
        is_passing = name in _PASSING or error.response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
        return _Unsent(name, is_final=not is_passing)


def _call(delivery: Delivery) -> tuple[str, str]:
    """The method a delivery needs, and what its pace is counted for."""
    if delivery.message_ts:
        return "chat.update", delivery.message_ts
    return "chat.postMessage", delivery.place.channel_id


def _key_of(message: dict[str, Any]) -> str:
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return str(payload.get("key", "")) if metadata.get("event_type") == _EVENT_TYPE else ""


async def _until(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
