"""Durable intake: every event is stored before Slack hears that we have it, and handled until it is done.

Bolt acknowledges an event before its listener runs, so a crash in between would lose it. A global middleware
stores the event first; a dispatcher then runs the listeners from the stored body, again after a failure and again
after a restart. An event that doesn't concern us leaves its ids and no text.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Protocol

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.errors import SlackClientError

from handlers.envelopes import Envelope, concerns_us
from storage.inbox import InboxStore
from storage.rows import InboxEvent, Place, Tenant

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
AT_ONCE = 20
"""Events handled at the same time; answers stream for minutes, so this is more than the machine has cores."""
POLL_SECONDS = 2.0


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
        body = request.body if await concerns_us(envelope, self._is_our_thread) else None
        await self._store.put(envelope.app_id, envelope.event_id, envelope.tenant, body, self._clock())
        if body is not None:
            self.arrived.set()
        return BoltResponse(status=200)


class Dispatcher:
    """Runs the listeners of stored events, each until it has ended or failed too often."""

    def __init__(
        self,
        store: InboxStore,
        listeners: AsyncApp,
        apologise: Callable[[Envelope, str], Awaitable[None]],
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._listeners = listeners
        self._apologise = apologise
        self._clock = clock
        self._new_id = new_id
        self._running: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._line: deque[InboxEvent] = deque()

    async def run(self, stop: asyncio.Event, arrived: asyncio.Event) -> None:
        """Until asked to stop; then what has begun is finished."""
        async with asyncio.TaskGroup() as group:
            while not stop.is_set():
                arrived.clear()
                try:
                    await self._begin_waiting(group, arrived)
                except Exception:
                    # The loop's own edge: a database that is away for a while must not end the bot.
                    logger.exception("inbox_not_read")
                await _either(stop, arrived, POLL_SECONDS)

    async def _begin_waiting(self, group: asyncio.TaskGroup, arrived: asyncio.Event) -> None:
        """Begin as many events as there is room for; the database is asked again once a line is used up."""
        if not self._line and len(self._running) < AT_ONCE:
            await self._read_line()
        while self._line and len(self._running) < AT_ONCE:
            event = self._line.popleft()
            task = group.create_task(self._handle(event))
            self._running[_key(event)] = task
            task.add_done_callback(partial(self._ended, _key(event), arrived))

    async def _read_line(self) -> None:
        # As of before the database is asked: an event that ends meanwhile may still be in its answer.
        begun = set(self._running)
        waiting = await self._store.waiting(limit=AT_ONCE + len(begun))
        self._line.extend(event for event in waiting if _key(event) not in begun)

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
        response = await self._listeners.async_dispatch(AsyncBoltRequest(body=event.body or {}, mode="socket_mode"))
        if response.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            await self._store.done(event)
        elif event.attempts + 1 < MOST_ATTEMPTS:
            await self._store.again(event, self._clock() + timedelta(seconds=2**event.attempts))
        else:
            await self._give_up(event, envelope)

    async def _give_up(self, event: InboxEvent, envelope: Envelope) -> None:
        incident_id = self._new_id()
        logger.error("event_given_up", extra={"event_id": event.event_id, "incident_id": incident_id})
        try:
            await self._apologise(envelope, incident_id)
        except SlackClientError:
            logger.exception("apology_not_sent", extra={"incident_id": incident_id})
        await self._store.done(event)


def _key(event: InboxEvent) -> tuple[str, str]:
    return event.app_id, event.event_id


async def _either(first: asyncio.Event, second: asyncio.Event, timeout_seconds: float) -> None:
    """Wait until one of the events is set, or the time is up."""
    waits = [asyncio.ensure_future(event.wait()) for event in (first, second)]
    await asyncio.wait(waits, timeout=timeout_seconds, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
