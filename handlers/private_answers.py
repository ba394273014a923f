"""Answers that one person alone reads, by the first way that Slack takes.

An app may answer a click or command five times within thirty minutes at its `response_url`
(https://docs.slack.dev/interactivity/handling-user-interaction, read 2026-11), where a refusal is a status and a word,
which `respond` returns and doesn't raise. The other ways are an ephemeral message, for which we must be in the
channel, and a direct message.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

import aiohttp
from slack_bolt.async_app import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks.kit import Content
from handlers.blocks.loss_chart import without_charts
from handlers.envelopes import place_of_private_answer, user_of_interaction
from handlers.refusals import refusal
from storage.rows import JSON, Place

logger = logging.getLogger(__name__)

_NO_CHARTS = "invalid_blocks"


@dataclass(frozen=True, slots=True)
class PrivateAnswers:
    """To whoever made a command or click; make it with `to`."""

    respond: AsyncRespond
    client: AsyncWebClient
    user_id: str
    place: Place
    """Where it was made; without a channel in a modal and on the App Home."""
    replaces_original: bool = False
    """Whether the answer takes the place of the message whose button was pressed, buttons and all."""

    @classmethod
    def to(
        cls, body: JSON, respond: AsyncRespond, client: AsyncWebClient, *, replaces_original: bool = False
    ) -> "PrivateAnswers":
        """To whoever made the command or click of `body`, where they see it."""
        return cls(respond, client, user_of_interaction(body), place_of_private_answer(body), replaces_original)

    async def show(self, content: Content) -> None:
        """Show the answer, without its charts where a workspace has none yet."""
        for way in self._ways():
            refused = await _told(way, content)
            if refused == _NO_CHARTS:
                refused = await _told(way, without_charts(content))
            if not refused:
                return
            logger.warning("private_answer_refused", extra={"user_id": self.user_id, "error": refused})
        logger.error("private_answer_not_shown", extra={"user_id": self.user_id})

    def _ways(self) -> list[Callable[[Content], Awaitable[str]]]:
        ways = [self._by_response_url] if self.respond.response_url else []
        ways += [self._as_ephemeral] if self.place.channel_id else []
        return [*ways, self._as_direct_message]

    async def _by_response_url(self, content: Content) -> str:
        answer = await self.respond(
            **content.payload(),
            response_type=None if self.replaces_original else "ephemeral",
            replace_original=self.replaces_original,
            unfurl_links=False,
            thread_ts=None if self.replaces_original else self.place.thread_ts or None,
        )
        if _NO_CHARTS in answer.body:
            return _NO_CHARTS
        return "" if answer.status_code == HTTPStatus.OK else f"{answer.status_code} {answer.body[:100]}"

    async def _as_ephemeral(self, content: Content) -> str:
        channel_id, thread_ts = self.place.channel_id, self.place.thread_ts or None
        await self.client.chat_postEphemeral(
            channel=channel_id, user=self.user_id, thread_ts=thread_ts, **content.payload()
        )
        return ""

    async def _as_direct_message(self, content: Content) -> str:
        await self.client.chat_postMessage(channel=self.user_id, unfurl_links=False, **content.payload())
        return ""


async def _told(way: Callable[[Content], Awaitable[str]], content: Content) -> str:
    """Why Slack didn't take the answer this way; empty when it did."""
    try:
        return await way(content)
    except SlackApiError as error:
        return refusal(error) or str(error)
    except (aiohttp.ClientError, TimeoutError) as error:
        return type(error).__name__
