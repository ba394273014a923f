"""Links to messages."""

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from storage.rows import Place


async def thread_link(client: AsyncWebClient, place: Place) -> str:
    """A link to a thread's first message; a mention of the channel where Slack gives none."""
    try:
        answer = await client.chat_getPermalink(channel=place.channel_id, message_ts=place.thread_ts)
    except (SlackClientError, aiohttp.ClientError, TimeoutError):
        return f"<#{place.channel_id}>"
    return f"<{answer['permalink']}>"
