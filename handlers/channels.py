"""Which channels are open to every member of the workspace, and who is in the others: asked of Slack once in ten minutes."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.refusals import refusal
from storage.rows import JSON

logger = logging.getLogger(__name__)

REMEMBERED_FOR = timedelta(minutes=10)
"""A public channel can be made private at any time; so much later it is treated as one at the latest."""


_SHUT_FOR = timedelta(seconds=10)
"""So long it is remembered that Slack tells us no members."""
_PAGE = 200
_MOST_PAGES = 25
"""Of a channel larger than that, those beyond are asked to look from inside it."""


@dataclass(frozen=True, slots=True)
class Channels:
    """Looks channels up by `conversations.info` (scopes channels:read and groups:read)."""

    client: AsyncWebClient
    clock: Callable[[], datetime]
    _known: dict[str, tuple[bool, datetime]] = field(default_factory=dict, init=False)
    _members: dict[str, tuple[frozenset[str], datetime]] = field(default_factory=dict, init=False)

    async def is_public(self, channel_id: str) -> bool:
        """Whether every member may read a channel; False for a direct message, and as long as Slack doesn't tell."""
        return await self.openness(channel_id) or False

    async def openness(self, channel_id: str) -> bool | None:
        """The same; None as long as Slack doesn't tell, for what can wait until it does."""
        if not channel_id or channel_id.startswith("D"):
            return False
        answer, asked_at = self._known.get(channel_id, (False, None))
        if asked_at is None or self.clock() - asked_at >= REMEMBERED_FOR:
            try:
                answer = _is_open((await self.client.conversations_info(channel=channel_id))["channel"])
            except (SlackApiError, aiohttp.ClientError, OSError, TimeoutError) as error:
                logger.warning("channel_not_looked_up", extra={"channel": channel_id, "error": type(error).__name__})
                if not _is_shut(error):
                    return None
                answer = False
            self._known[channel_id] = (answer, self.clock())
        return answer

    async def has_member(self, channel_id: str, user_id: str) -> bool:
        """Whether somebody is in a channel that we are in; False for a direct message, and as long as Slack doesn't tell."""
        if not channel_id or channel_id.startswith("D"):
            return False
        members, asked_at = self._members.get(channel_id, (frozenset(), None))
        if asked_at is None or self.clock() - asked_at >= REMEMBERED_FOR:
            try:
                members = await self._asked_members(channel_id)
            except (SlackApiError, aiohttp.ClientError, OSError, TimeoutError) as error:
                logger.warning("members_not_looked_up", extra={"channel": channel_id, "error": type(error).__name__})
                if not _is_shut(error):
                    return False
                # For one list of things it is asked once, and an invitation counts soon.
                members, asked_at = frozenset(), self.clock() - REMEMBERED_FOR + _SHUT_FOR
            else:
                asked_at = self.clock()
            self._members[channel_id] = (members, asked_at)
        return user_id in members

    async def _asked_members(self, channel_id: str) -> frozenset[str]:
        found: set[str] = set()
        cursor = ""
        for _ in range(_MOST_PAGES):
            answer = await self.client.conversations_members(channel=channel_id, limit=_PAGE, cursor=cursor)
            found |= set(answer["members"])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        return frozenset(found)

    async def reaches_us(self, channel_id: str) -> bool:
        """Whether what is said there reaches us: not in a channel to which nobody has invited us.

        Never remembered, since the invitation may come at any moment. True as long as Slack doesn't tell.
        """
        try:
            channel = (await self.client.conversations_info(channel=channel_id))["channel"]
        except SlackApiError as error:
            return refusal(error) != "channel_not_found"
        except (aiohttp.ClientError, OSError, TimeoutError):
            return True
        return bool(channel.get("is_member", True))


def _is_shut(error: Exception) -> bool:
    """Whether Slack's answer is that we may know nothing of a channel, which is remembered like any other answer."""
    return isinstance(error, SlackApiError) and refusal(error) == "channel_not_found"


def _is_open(channel: JSON) -> bool:
    """A conversation object says what it is by its flags (https://docs.slack.dev/reference/objects/conversation-object,
    read 2026-11)."""
    is_closed = any(channel.get(flag) for flag in ("is_private", "is_im", "is_mpim", "is_group"))
    return bool(channel.get("is_channel")) and not is_closed
