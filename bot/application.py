"""The bot at work: everything that runs side by side until it is asked to stop."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from starlette.applications import Starlette
from starlette.routing import Route

from bot.api import Api
from bot.durable import Durable
from bot.pruning import PRUNE_SECONDS, Pruning
from bot.recurring import repeat
from bot.server import build_server
from bot.settings import Settings
from bot.slack import Slack
from bot.stores import Stores
from bot.transports import http, socket_mode
from handlers.approval_reminders import ApprovalReminders
from handlers.conversation import Conversation
from handlers.digest import LOOK_SECONDS, Digests
from handlers.end_reminders import REMIND_SECONDS, EndReminders
from handlers.home import HomeHandlers
from handlers.inbox import Dispatcher, Inbox
from handlers.outbox import Outbox
from tuning.jobs.follower import Follower
from tuning.jobs.launch import Launch
from tuning.moving.mover import Mover
from tuning.texts import Texts

logger = logging.getLogger(__name__)

_RESUME_SECONDS: Final = 30
"""How often answers are looked for that a dead process has left."""


@dataclass(slots=True)
class Application:
    """The bot, put together: run it until it is asked to stop."""

    settings: Settings
    slack: Slack
    durable: Durable
    inbox: Inbox
    dispatcher: Dispatcher
    follower: Follower
    outbox: Outbox
    conversation: Conversation
    homes: HomeHandlers
    digests: Digests
    pruning: Pruning
    end_reminders: EndReminders
    approval_reminders: ApprovalReminders
    launch: Launch
    mover: Mover
    stores: Stores
    clock: Callable[[], datetime]
    texts: Texts
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    address: str = ""
    """How Slack reaches us, once ready: `Socket Mode`, or the address at which we listen."""
    api_address: str = ""
    """Where files are checked over HTTP, once ready; empty where no key is set."""

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then take nothing new, finish what has begun, and send what is written."""
        last = asyncio.Event()
        await self.durable.launch()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.outbox.run(last))
                await self._work(stop)
                last.set()
                self.outbox.written.set()
        finally:
            await self.durable.close()

    async def _work(self, stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self.dispatcher.run(stop, self.inbox.arrived))
            group.create_task(self.follower.run(stop))
            group.create_task(self.launch.run(stop))
            group.create_task(self.mover.run(stop))
            group.create_task(self.homes.run(stop))
            group.create_task(repeat(self.conversation.resume, _RESUME_SECONDS, stop))
            group.create_task(repeat(self.digests.tell, LOOK_SECONDS, stop))
            group.create_task(repeat(self.end_reminders.remind, REMIND_SECONDS, stop))
            group.create_task(repeat(self.approval_reminders.remind, REMIND_SECONDS, stop))
            group.create_task(repeat(self.pruning.prune, PRUNE_SECONDS, stop))
            async with self._transport() as self.address:
                logger.info("ready", extra={"address": self.address})
                self.ready.set()
                await stop.wait()
            await self.slack.in_flight.drained()

    @asynccontextmanager
    async def _transport(self) -> AsyncIterator[str]:
        """Reached by Slack, and where a key is set by whoever holds it; yields how Slack reaches us."""
        settings, routes = self.settings, self._api_routes()
        async with AsyncExitStack() as stack:
            if settings.transport == "socket":
                if routes:
                    serving = http(Starlette(routes=routes), settings.host, settings.port)
                    self.api_address = await stack.enter_async_context(serving)
                token = settings.slack_app_token.get_secret_value()
                yield await stack.enter_async_context(socket_mode(self.slack.interactions, token, self.slack.client))
                return
            secret = settings.slack_signing_secret.get_secret_value()
            server = build_server(self.slack.interactions, secret, self.levels, routes)
            address = await stack.enter_async_context(http(server, settings.host, settings.port))
            self.api_address = address if routes else ""
            yield address

    def _api_routes(self) -> Sequence[Route]:
        key = self.settings.api_key.get_secret_value()
        return Api(key, self.settings.max_file_bytes, self.texts, self.clock).routes() if key else []

    async def levels(self) -> Mapping[str, float]:
        """What waits and what runs, for operators."""
        return {
            "inbox_waiting": len(await self.stores.inbox.waiting(limit=1000)),
            "changes_waiting": len(await self.stores.changes.waiting(limit=1000)),
            "deliveries_due": len(await self.stores.deliveries.due(self.clock(), limit=1000)),
            "jobs_live": len(await self.stores.jobs.live()),
        }
