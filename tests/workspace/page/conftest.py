"""A real workspace with its page, a real Bolt app in it, and a real browser before it."""

import shutil
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, async_playwright, expect
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.workspace.page.watching import Watched
from workspace.composition import Settings
from workspace.running import Place, running_workspace

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest_asyncio.fixture(name="browser", scope="session", loop_scope="session")
async def _browser() -> AsyncIterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "The page's tests need Chromium; on Debian: apt-get install chromium"
    expect.set_options(timeout=10_000)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(name="context", scope="session", loop_scope="session")
async def _context(browser: Browser) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    yield context
    await context.close()


@pytest.fixture(name="port", scope="session")
def _port() -> int:
    """One port for all of these workspaces, so that the browser's cache spares it NiceGUI's scripts after the first."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest_asyncio.fixture(name="watched", loop_scope="session")
async def _watched(context: BrowserContext, port: int, manifest: dict[str, Any]) -> AsyncIterator[Watched]:
    place, settings = Place(port=port, has_page=True), Settings(limits_scale=100)
    async with running_workspace(manifest=manifest, place=place, settings=settings) as workspace:
        channel = workspace.state.channel_named("fine-tuning")
        channel.member_ids.append(workspace.credentials.bot_user_id)
        client = AsyncWebClient(token=workspace.credentials.bot_token, base_url=workspace.api_url)
        app = AsyncApp(client=client, signing_secret=workspace.credentials.signing_secret)
        yield Watched(workspace, app, client, context, channel.id)
        for page in context.pages:
            await page.close()
