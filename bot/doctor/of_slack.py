"""Whether Slack takes our tokens, has granted what the manifest asks for, and can be heard."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.app_manifest import HISTORY_SCOPES, full_manifest, scopes_of
from bot.doctor.signs import Sign, bad, good, unknown
from bot.settings import Settings
from bot.slack import granted_scopes
from handlers.refusals import refusal

_CALL_SECONDS: Final = 10
_APP_ID = re.compile(r"xapp-\d+-(A[A-Z0-9]+)-", re.ASCII)
"""An app-level token carries the id of its app."""
_WRONG_APP_TOKEN: Final = frozenset({"invalid_auth", "not_authed", "not_allowed_token_type", "token_revoked"})
_UNREACHABLE: Final = (aiohttp.ClientError, TimeoutError, OSError)


@dataclass(frozen=True, slots=True)
class SlackDoctor:
    """Asks Slack only what changes nothing: no socket is opened, since events could be delivered to it."""

    settings: Settings
    session: aiohttp.ClientSession

    async def signs(self, sound: Collection[str]) -> list[Sign]:
        """Look at everything of Slack's.

        Args:
            sound: the names of the settings that are right in themselves; nothing is asked with the others.
        """
        signs: list[Sign] = []
        if "slack_bot_token" in sound:
            signs += await self._of_the_bot_token()
        if self.settings.transport == "socket" and "slack_app_token" in sound:
            signs.append(await self._of_the_app_token())
        return signs

    async def _of_the_bot_token(self) -> list[Sign]:
        client = self._client()
        try:
            me = await client.auth_test()
        except SlackApiError as error:
            return [bad("bot_token", "refused", prevents_start=True, error=refusal(error))]
        except _UNREACHABLE as error:
            return [_away("bot_token", error)]
        signs = [
            good("bot_token", user=str(me.get("user") or me["user_id"]), team=str(me.get("team") or me["team_id"])),
            _of_the_scopes(granted_scopes(me)),
        ]
        if self.settings.team_channel:
            signs.append(await _of_the_team_channel(client, self.settings.team_channel))
        app_id = _APP_ID.match(self.settings.slack_app_token.get_secret_value())
        if self.settings.transport == "socket" and app_id:
            signs += await _of_another_app(client, str(me.get("bot_id") or ""), app_id[1])
        return signs

    async def _of_the_app_token(self) -> Sign:
        """Slack gives an address to connect to; whether that answers is asked without opening a socket."""
        token = self.settings.slack_app_token.get_secret_value()
        try:
            url = str((await self._client().apps_connections_open(app_token=token))["url"])
            host = urlsplit(url)
            plain = "http" if host.scheme == "ws" else "https"
            async with self.session.get(f"{plain}://{host.netloc}/", timeout=_timeout(), allow_redirects=False):
                return good("socket", host=host.hostname or "")
        except SlackApiError as error:
            if refusal(error) == "missing_scope":
                return bad("socket", "no_scope", prevents_start=True)
            if refusal(error) in _WRONG_APP_TOKEN:
                return bad("socket", "refused", prevents_start=True, error=refusal(error))
            return bad("socket", "not_now", prevents_start=True, error=refusal(error) or str(HTTPStatus.BAD_GATEWAY))
        except _UNREACHABLE as error:
            return _away("socket", error)

    def _client(self) -> AsyncWebClient:
        return AsyncWebClient(
            token=self.settings.slack_bot_token.get_secret_value(),
            base_url=self.settings.slack_api_url,
            session=self.session,
            timeout=_CALL_SECONDS,
            retry_handlers=[],
        )


def _timeout() -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=_CALL_SECONDS)


def _away(check: str, error: Exception) -> Sign:
    reason = str(error) or type(error).__name__
    return bad(check, "away", prevents_start=True, error=reason)


def _of_the_scopes(granted: frozenset[str] | None) -> Sign:
    if granted is None:
        return unknown("scopes", "untold")
    missing = scopes_of(full_manifest()) - granted
    if missing == HISTORY_SCOPES:
        return good("minimal_scopes", n=len(granted))
    if missing:
        return bad("scopes", "missing", scopes=", ".join(sorted(missing)))
    return good("scopes", n=len(granted))


async def _of_the_team_channel(client: AsyncWebClient, channel_id: str) -> Sign:
    """The bot refuses to start with a channel that it can't post to, since nobody would hear how a job ended."""
    try:
        channel = (await client.conversations_info(channel=channel_id))["channel"]
    except SlackApiError as error:
        return bad("team_channel", "not_in", prevents_start=refusal(error) == "channel_not_found", channel=channel_id)
    except _UNREACHABLE as error:
        return _away("team_channel", error)
    if channel.get("is_archived") or not channel.get("is_member", channel.get("is_im")):
        return bad("team_channel", "not_in", prevents_start=True, channel=channel_id)
    return good("team_channel", name=str(channel.get("name") or channel_id))


async def _of_another_app(client: AsyncWebClient, bot_id: str, app_id: str) -> list[Sign]:
    """Tokens of two apps connect without an error and hear nothing of each other."""
    try:
        bot = (await client.bots_info(bot=bot_id))["bot"]
    except (SlackApiError, *_UNREACHABLE):
        return []
    if bot.get("app_id") in {None, app_id}:
        return []
    return [bad("app_token", "other_app", prevents_start=True, bot_app=str(bot["app_id"]), socket_app=app_id)]
