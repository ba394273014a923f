"""One message and Slack: posted or edited, and found again when nobody knows whether a post arrived."""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks.kit import Content
from handlers.blocks.loss_chart import without_charts
from handlers.pacing import Pacer
from handlers.refusals import refusal
from storage.rows import JSON, Delivery

logger = logging.getLogger(__name__)

_EVENT_TYPE = "tunesmith_delivery"
"""Our mark in a message's metadata, by which a post whose outcome is unknown is found again."""
_LOOK_BACK = timedelta(minutes=10)
"""How long before its last claim a message is looked for: an earlier try, or a clock that differs from Slack's."""
_PAGE = 200
_TOO_FAST = frozenset({"ratelimited", "rate_limited"})
_MENDABLE = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "missing_scope",
        "not_authed",
        "org_login_required",
        "request_timeout",
        "service_unavailable",
        "team_access_not_granted",
        "team_added_to_org",
        "token_expired",
        "token_revoked",
    }
)
"""Refusals that pass, or that an operator can end: the message was not taken, and is worth another try later."""
_UNCLEAR = frozenset({"fatal_error", "internal_error", ""})
"""Some of the call may have been done before it failed (https://docs.slack.dev/reference/methods/chat.postMessage)."""


class Unsent(Exception):
    """Slack didn't take the message: never, not now, or (`is_unknown`) perhaps it did."""

    def __init__(
        self, error: str, *, is_final: bool = False, is_unknown: bool = False, after_seconds: float = 0
    ) -> None:
        super().__init__(error)
        self.is_final = is_final
        self.is_unknown = is_unknown
        self.after_seconds = after_seconds


@dataclass(frozen=True, slots=True)
class Posted:
    """A message of ours as it stands in Slack."""

    message_ts: str
    revision: int
    """Of the payload with which it was posted."""
    channel_id: str = ""
    """Where it was posted, which Slack says of a message to a person; empty where it was looked up."""


@dataclass(slots=True)
class Posting:
    """Hands deliveries to Slack, each in one call, at the pace Slack allows.

    The client must not retry by itself: a post that is repeated after a cut connection shows twice.
    """

    client: AsyncWebClient
    pacer: Pacer
    _teams_without_charts: set[str] = field(default_factory=set)

    def pause_seconds(self, delivery: Delivery) -> float:
        """How long this delivery must wait before it may be handed over."""
        return self.pacer.wait_seconds(delivery.tenant.team_id, *_call(delivery))

    async def hand_over(self, delivery: Delivery) -> Posted:
        """Post or edit the message, and say where it stands. A team whose Slack knows no charts reads them as text.

        Raises:
            Unsent: Slack didn't take it, or nobody knows.
        """
        self.pacer.take(delivery.tenant.team_id, *_call(delivery))
        content = Content(delivery.payload["text"], tuple(delivery.payload["blocks"]))
        if delivery.tenant.team_id in self._teams_without_charts:
            content = without_charts(content)
        try:
            return await self._call_slack(delivery, content)
        except Unsent as unsent:
            if str(unsent) != "invalid_blocks" or without_charts(content) == content:
                raise
        logger.info("charts_not_available", extra={"team_id": delivery.tenant.team_id})
        self._teams_without_charts.add(delivery.tenant.team_id)
        return await self._call_slack(delivery, without_charts(content))

    async def find(self, delivery: Delivery) -> Posted | None:
        """The message of a delivery that was claimed, if Slack has it.

        Raises:
            Unsent: Slack can't be asked now, or (`is_final`) not about this place.
        """
        try:
            async for message in self._messages_since_the_claim(delivery):
                mark = _mark_of(message)
                if mark.get("key") == delivery.key:
                    return Posted(str(message["ts"]), int(mark.get("revision", 0)))
        except SlackApiError as error:
            if refusal(error) == "missing_scope":
                # The minimal manifest has no history of channels: nobody will ever be able to look.
                raise Unsent("missing_scope", is_final=True) from error
            raise self._translated(delivery, error) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unsent(type(error).__name__) from error
        return None

    async def _messages_since_the_claim(self, delivery: Delivery) -> AsyncIterator[JSON]:
        """Page by page: without `oldest`, a long thread would give its oldest messages first."""
        place = delivery.place
        since = f"{_look_from(delivery).timestamp():.6f}"
        if place.thread_ts:
            answer = await self.client.conversations_replies(
                channel=place.channel_id, ts=place.thread_ts, oldest=since, include_all_metadata=True, limit=_PAGE
            )
        else:
            answer = await self.client.conversations_history(
                channel=place.channel_id, oldest=since, include_all_metadata=True, limit=_PAGE
            )
        async for page in answer:
            for message in page.get("messages") or []:
                yield message

    async def _call_slack(self, delivery: Delivery, content: Content) -> Posted:
        shown = content.payload()
        channel_id = delivery.place.channel_id
        try:
            if delivery.message_ts:
                await self.client.chat_update(channel=channel_id, ts=delivery.message_ts, **shown)
                return Posted(delivery.message_ts, delivery.revision, channel_id)
            mark = {"key": delivery.key, "revision": delivery.revision}
            answer = await self.client.chat_postMessage(
                channel=channel_id,
                thread_ts=delivery.place.thread_ts or None,
                metadata={"event_type": _EVENT_TYPE, "event_payload": mark},
                unfurl_links=False,
                unfurl_media=False,
                **shown,
            )
        except SlackApiError as error:
            raise self._translated(delivery, error) from error
        except aiohttp.ClientConnectorError as error:
            # No connection was made, so nothing can have arrived.
            raise Unsent(type(error).__name__) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unsent(type(error).__name__, is_unknown=True) from error
        return Posted(str(answer["ts"]), delivery.revision, str(answer["channel"]))

    def _translated(self, delivery: Delivery, error: SlackApiError) -> Unsent:
        name, status = refusal(error), _status_of(error)
        if name in _TOO_FAST or status == HTTPStatus.TOO_MANY_REQUESTS:
            after_seconds = float(error.response.headers.get("Retry-After", 1))
            self.pacer.refuse(delivery.tenant.team_id, _call(delivery)[0], after_seconds)
            return Unsent(name or "ratelimited", after_seconds=after_seconds)
        if name in _MENDABLE:
            return Unsent(name)
        is_unknown = name in _UNCLEAR or status >= HTTPStatus.INTERNAL_SERVER_ERROR
        return Unsent(name or f"status {status}", is_unknown=is_unknown, is_final=not is_unknown)


def _call(delivery: Delivery) -> tuple[str, str]:
    """The method a delivery needs, and what its pace is counted for."""
    if delivery.message_ts:
        return "chat.update", delivery.message_ts
    return "chat.postMessage", delivery.place.channel_id


def _look_from(delivery: Delivery) -> datetime:
    return (delivery.claimed_at or delivery.due_at) - _LOOK_BACK


def _status_of(error: SlackApiError) -> int:
    """The HTTP status, from the SDK's answer or, where that was no JSON, from aiohttp's."""
    return int(getattr(error.response, "status_code", 0) or getattr(error.response, "status", 0))


def _mark_of(message: dict[str, Any]) -> JSON:
    metadata = message.get("metadata") or {}
    mark: JSON = metadata.get("event_payload") or {}
    return mark if metadata.get("event_type") == _EVENT_TYPE else {}
