"""Slack as the bot uses it: two clients, two Bolt apps, and a count of what is being answered."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiohttp
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.listener.async_listener_completion_handler import AsyncListenerCompletionHandler
from slack_bolt.listener.async_listener_start_handler import AsyncListenerStartHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.app_manifest import HISTORY_SCOPES
from bot.settings import Settings
from bot.wrong_settings import SettingsProblem, WrongSettings
from handlers.refusals import refusal
from storage.rows import Tenant

_CALL_SECONDS = 30
_UNUSED_SECRET = "unused"  # noqa: S105 - Bolt wants one even where, as in Socket Mode, no request is signed.


@dataclass(slots=True)
class InFlight:
    """The listeners that run: Bolt forgets them once they have acknowledged, we wait for them before we stop."""

    count: int = 0
    none: asyncio.Event = field(default_factory=asyncio.Event)

    def begun(self) -> None:
        self.count += 1
        self.none.clear()

    def ended(self) -> None:
        self.count -= 1
        if not self.count:
            self.none.set()

    async def drained(self) -> None:
        if self.count:
            await self.none.wait()


class _Begun(AsyncListenerStartHandler):
    def __init__(self, in_flight: InFlight) -> None:
        self._in_flight = in_flight

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:  # noqa: ARG002
        self._in_flight.begun()


class _Ended(AsyncListenerCompletionHandler):
    def __init__(self, in_flight: InFlight) -> None:
        self._in_flight = in_flight

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:  # noqa: ARG002
        self._in_flight.ended()


@dataclass(frozen=True, slots=True)
class Slack:
    """What the bot speaks to Slack with."""

    client: AsyncWebClient
    """Waits and tries again where Slack says that it is asked too often."""
    posting_client: AsyncWebClient
    """Never tries again by itself: a post repeated after a cut connection shows twice."""
    interactions: AsyncApp
    """Takes everything from Slack; answers commands, clicks and modals within the request."""
    events: AsyncApp
    """Handles stored events; a dispatch returns when the listener has ended."""
    in_flight: InFlight
    tenant: Tenant
    """The workspace that the token belongs to."""
    bot_user_id: str
    """By which people mention the bot, whatever name it was installed under."""
    hears_channels: bool
    """Whether Slack tells us what is said in channels without a mention; not so with the minimal manifest."""


async def connect_slack(settings: Settings, session: aiohttp.ClientSession) -> Slack:
    """Clients and apps for the settings' token, which is tried at once.

    Raises:
        SlackApiError: Slack doesn't accept the token.
        WrongSettings: the team's channel is none that the bot can post to.
    """
    client = _client(settings, session, [AsyncRateLimitErrorRetryHandler(max_retry_count=3)])
    me = await client.auth_test()
    granted = granted_scopes(me)
    if settings.team_channel:
        await _require_seat(client, settings.team_channel)
    signing_secret = settings.slack_signing_secret.get_secret_value() or _UNUSED_SECRET
    interactions = AsyncApp(client=client, signing_secret=signing_secret)
    events = AsyncApp(client=client, signing_secret=signing_secret, process_before_response=True)
    in_flight = InFlight()
    interactions.listener_runner.listener_start_handler = _Begun(in_flight)
    interactions.listener_runner.listener_completion_handler = _Ended(in_flight)
    return Slack(
        client,
        _client(settings, session, []),
        interactions,
        events,
        in_flight,
        Tenant(str(me["team_id"]), str(me.get("enterprise_id") or "")),
        bot_user_id=str(me["user_id"]),
        hears_channels=granted is None or granted >= HISTORY_SCOPES,
    )


def granted_scopes(answer: AsyncSlackResponse) -> frozenset[str] | None:
    """What the token may do, as every answer of Slack's says in a header; None where a proxy has taken it away.

    Source: https://github.com/slackapi/node-slack-sdk, packages/web-api/src/WebClient.ts, which reads `x-oauth-scopes` too.
    """
    listed = answer.headers.get("x-oauth-scopes")
    return None if listed is None else frozenset(filter(None, map(str.strip, str(listed).split(","))))


async def _require_seat(client: AsyncWebClient, channel_id: str) -> None:
    """Better now than at the end of the first job, when nobody would hear of it."""
    problem = SettingsProblem("settings.team_channel", {"channel": channel_id})
    try:
        channel = (await client.conversations_info(channel=channel_id))["channel"]
    except SlackApiError as error:
        if refusal(error) != "channel_not_found":
            raise
        raise WrongSettings([problem]) from error
    if channel.get("is_archived") or not channel.get("is_member", channel.get("is_im")):
        raise WrongSettings([problem])


def _client(
    settings: Settings, session: aiohttp.ClientSession, retry_handlers: Sequence[AsyncRetryHandler]
) -> AsyncWebClient:
    return AsyncWebClient(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        session=session,
        timeout=_CALL_SECONDS,
        retry_handlers=list(retry_handlers),
    )
