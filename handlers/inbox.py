"""Durable intake: every event is stored before Slack hears that we have it, and handled until it is done.

Bolt acknowledges an event before its listener runs, so a crash in between would lose it. A global middleware
stores the event first; a dispatcher then runs the listeners from the stored body, again after a failure and again
after a restart. An event that doesn't concern us leaves its ids and no text.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Protocol

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.errors import SlackClientError

from handlers.envelopes import Envelope, kept_body
from storage.errors import DatabaseUnavailable
from storage.inbox import CLAIM_SECONDS, InboxStore
from storage.rows import InboxEvent, Place, Tenant

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
AT_ONCE = 20
"""Events handled at the same time; answers stream for minutes, so this is more than the machine has cores."""
POLL_SECONDS = 2.0
_GATHER_SECONDS = 0.02


class Threads(Protocol):
    """Knows which threads are ours."""

    async def __call__(self, tenant: Tenant, place: Place) -> bool: ...


class Inbox:
    """The global middleware: stores an event, wakes the dispatcher and answers 200."""

    def __init__(self, store: InboxStore, is_our_thread: Threads, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._is_our_thread = is_our_thread
        self._clock = clock
        self.arrived = asyncio.Event()

    async def keep(self, request: AsyncBoltRequest, next: Callable[[], Awaitable[None]]) -> BoltResponse | None:  # noqa: A002 - Bolt injects by this name.
        """Store events; let commands, clicks and modals pass on to their listeners, which answer within the request."""
        if request.body.get("type") != "event_callback":
            await next()
            return None
        envelope = Envelope(request.body)
        body = await kept_body(envelope, self._is_our_thread)
        await self._store.put(envelope.app_id, envelope.event_id, envelope.tenant, body, self._clock())
        if body is not None:
            self.arrived.set()
        return BoltResponse(status=200)


@dataclass(slots=True)
class Dispatcher:
    """Runs the listeners of stored events, each until it has ended or failed too often.

    Of several processes each claims what it handles, so no event is handled by two that live.
    """

    store: InboxStore
    listeners: AsyncApp
    apologise: Callable[[Envelope, str], Awaitable[None]]
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    owner: str
    """Names this process among those that may claim events."""
    _running: dict[tuple[str, str], InboxEvent] = field(default_factory=dict, init=False)

    async def run(self, stop: asyncio.Event, arrived: asyncio.Event) -> None:
        """Until asked to stop; then what has begun is finished."""
        renewing = asyncio.create_task(self._renew_claims())
        # What an earlier life under this name has left; with the database away its claims run out by themselves.
        with suppress(DatabaseUnavailable):
            await self.store.release(self.owner)
        try:
            async with asyncio.TaskGroup() as group:
                while not stop.is_set():
                    arrived.clear()
                    try:
                        await self._begin_waiting(group, arrived)
                    except Exception:
                        # The loop's own edge: a database that is away for a while must not end the bot.
                        logger.exception("inbox_not_read")
                    await _either(stop, arrived, POLL_SECONDS)
        finally:
            renewing.cancel()

    async def _begin_waiting(self, group: asyncio.TaskGroup, arrived: asyncio.Event) -> None:
        """Begin as many events as there is room for; what there is no room for is left to other processes."""
        room = AT_ONCE - len(self._running)
        if room <= 0:
            return
        for event in await self.store.claim(self.owner, room):
            self._running[_key(event)] = event
            task = group.create_task(self._handle(event))
            task.add_done_callback(partial(self._ended, _key(event), arrived))
        # What arrives or ends within the next moment is claimed together.
        await asyncio.sleep(_GATHER_SECONDS)

    async def _renew_claims(self) -> None:
        while True:
            await asyncio.sleep(CLAIM_SECONDS / 3)
            try:
                await self.store.renew(self.owner, list(self._running.values()))
            except DatabaseUnavailable:
                logger.warning("inbox_claims_not_renewed", exc_info=True)

    def _ended(self, key: tuple[str, str], arrived: asyncio.Event, _: asyncio.Task[None]) -> None:
        """There is room for another one."""
        del self._running[key]
        arrived.set()

    async def _handle(self, event: InboxEvent) -> None:
        try:
            await self._run_listeners(event)
        except Exception:
            # The edge of one event: it stays in the inbox, and the others go on.
            logger.exception("event_not_settled", extra={"event_id": event.event_id})

    async def _run_listeners(self, event: InboxEvent) -> None:
        envelope = Envelope(event.body or {})
        response = await self.listeners.async_dispatch(AsyncBoltRequest(body=event.body or {}, mode="socket_mode"))
        if response.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            await self.store.done(event)
        elif event.attempts + 1 < MOST_ATTEMPTS:
            await self.store.again(event, self.clock() + timedelta(seconds=2**event.attempts))
        else:
            await self._give_up(event, envelope)

    async def _give_up(self, event: InboxEvent, envelope: Envelope) -> None:
        incident_id = self.new_id()
        logger.error("event_given_up", extra={"event_id": event.event_id, "incident_id": incident_id})
        try:
            await self.apologise(envelope, incident_id)
        except SlackClientError:
            logger.exception("apology_not_sent", extra={"incident_id": incident_id})
        await self.store.done(event)


def _key(event: InboxEvent) -> tuple[str, str]:
    return event.app_id, event.event_id


async def _either(first: asyncio.Event, second: asyncio.Event, timeout_seconds: float) -> None:
    """Wait until one of the events is set, or the time is up."""
    waits = [asyncio.ensure_future(event.wait()) for event in (first, second)]
    await asyncio.wait(waits, timeout=timeout_seconds, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
