"""A thread for something that no message in Slack belongs to yet."""

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.asker import Asker
from storage.rows import Place


async def open_thread(client: AsyncWebClient, asker: Asker, told: str) -> Place:
    """Post the first message where somebody asks, or by direct message where we may not, and return its thread."""
    try:
        answer = await client.chat_postMessage(channel=asker.place.channel_id, text=told, unfurl_links=False)
    except (SlackClientError, aiohttp.ClientError, TimeoutError):
        answer = await client.chat_postMessage(channel=asker.actor.user_id, text=told, unfurl_links=False)
    return Place(str(answer["channel"]), str(answer["ts"]))
