"""What a test of the page looks through: one workspace, its app, and pages opened as different people."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import BrowserContext, Page, expect
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from workspace.running import RunningWorkspace

Blocks = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Watched:
    """A workspace with its app in #fine-tuning, watched through a browser that notes every address it asks for."""

    workspace: RunningWorkspace
    app: AsyncApp
    client: AsyncWebClient
    context: BrowserContext
    channel_id: str
    requested: list[str] = field(default_factory=list)

    async def look_as(self, name: str) -> Page:
        """Open the page on #fine-tuning as someone."""
        return await self.open(f"/?person={name}&channel={self.channel_id}")

    async def open(self, address: str) -> Page:
        """Open an address of the page in a tab of its own."""
        page = await self.context.new_page()
        page.on("request", lambda request: self.requested.append(request.url))
        await page.goto(f"{self.workspace.url}{address}")
        await expect(page.get_by_test_id("composer")).to_be_visible()
        return page

    async def say(self, text: str, blocks: Blocks | None = None, **more: Any) -> str:
        """Let the app post into #fine-tuning; return the message's ts."""
        answer = await self.client.chat_postMessage(channel=self.channel_id, text=text, blocks=blocks, **more)
        return str(answer["ts"])

    async def revise(self, ts: str, text: str, blocks: Blocks | None = None) -> None:
        """Let the app edit its message."""
        await self.client.chat_update(channel=self.channel_id, ts=ts, text=text, blocks=blocks)

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """Connect the app by Socket Mode."""
        handler = AsyncSocketModeHandler(self.app, self.workspace.credentials.app_token)
        await handler.connect_async()
        try:
            await self.workspace.app_connected()
            yield
        finally:
            await handler.close_async()


def section(text: str, **more: Any) -> dict[str, Any]:
    """Return a section of mrkdwn."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def plain(text: str) -> dict[str, str]:
    """Return a plain_text object."""
    return {"type": "plain_text", "text": text}


def option(text: str, value: str) -> dict[str, Any]:
    """Return an option."""
    return {"text": plain(text), "value": value}


def button(action_id: str, text: str, **more: Any) -> dict[str, Any]:
    """Return an actions block with one button."""
    return {"type": "actions", "elements": [{"type": "button", "action_id": action_id, "text": plain(text), **more}]}
