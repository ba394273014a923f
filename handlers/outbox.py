"""Sends every message that was written down, paced, each exactly once and a card only in its latest state."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from handlers.announcements import Announcements
from handlers.blocks.kit import Content
from handlers.posting import Posting, Unsent
from storage.deliveries import DeliveryStore
from storage.errors import DatabaseUnavailable
from storage.leases import Lease
from storage.rows import Delivery, Place, Tenant

logger = logging.getLogger(__name__)

POLL_SECONDS: Final = 1.0
"""How often what other processes have written is looked for; what this one writes is sent at once."""
POLL_SECONDS_ALONE: Final = 5.0
CALL_SECONDS: Final = 20.0
"""The longest that one message may be on its way to Slack: what is left of the lease when it is handed over."""
SETTLE_SECONDS: Final = 30.0
"""A claim so old belongs to no call that still runs, whoever made it: longer than `CALL_SECONDS`."""
_LAST_SECONDS: Final = 10.0
"""For what is written when we stop; the rest is sent after the next start."""
_LONGEST_PAUSE_SECONDS: Final = 60.0
_LOUD_ATTEMPTS: Final = 8
"""From then on a message that isn't taken is an error in the log, and no longer a warning."""
UNKNOWN_SECONDS: Final = 10.0
"""How often messages of unknown fate are looked for."""
_GATHER_SECONDS: Final = 0.05
"""What is written within so short a time is sent in one sweep."""


@dataclass(slots=True)
class Outbox:
    """The sender of messages that must arrive; answers to a click and streams go their own way.

    Of several processes one sends at a time, the one with the lease; all of them write. A message that was claimed
    and never reported on, since its sender or the database died, is looked for in Slack before it is sent again.
    """

    posting: Posting
    deliveries: DeliveryStore
    announcements: Announcements
    lease: Lease
    clock: Callable[[], datetime]
    poll_seconds: float = POLL_SECONDS
    settle_seconds: float = SETTLE_SECONDS
    unknown_seconds: float = UNKNOWN_SECONDS
    written: asyncio.Event = field(default_factory=asyncio.Event)
    _settled_at: datetime | None = field(default=None, init=False)
    _again_at: datetime | None = field(default=None, init=False)
    """When the next of those messages is due that were put off."""

    async def put(self, tenant: Tenant, key: str, place: Place, content: Content) -> None:
        """Write a message down under its key; the same key again edits the message that was sent."""
        await self.deliveries.put(tenant, key, place, content.payload(), self.clock())
        self.written.set()

    async def put_first(self, tenant: Tenant, key: str, place: Place, content: Content) -> None:
        """Write a message down that must not replace anything: nothing happens where its key is known already."""
        if await self.deliveries.put_first(tenant, key, place, content.payload(), self.clock()):
            self.written.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until asked to stop; then what is written by now is sent, as far as the pace allows."""
        while not stop.is_set():
            self.written.clear()
            await _until(self.written, await self._swept())
            if not stop.is_set():
                await asyncio.sleep(_GATHER_SECONDS)
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_SECONDS):
                await self._swept()
        # With the database away the lease runs out by itself.
        with suppress(DatabaseUnavailable):
            await self.lease.release()

    async def sweep(self) -> float:
        """Write and send the first of each line that is due; returns the seconds until something more may be sent."""
        if not await self.lease.is_held():
            return self.poll_seconds
        await self.announcements.write()
        await self._settle_all()
        wait_seconds = self._seconds_until_again()
        for delivery in await self.deliveries.foremost(self.clock()):
            pause_seconds = self.posting.pause_seconds(delivery)
            wait_seconds = min(wait_seconds, pause_seconds)
            # Asked before each message, since a sweep may take longer than the lease.
            if pause_seconds > 0 or not await self.lease.is_held():
                continue
            if claimed := await self.deliveries.sending(delivery):
                await self._send(claimed)
        return wait_seconds

    async def _swept(self) -> float:
        try:
            return await self.sweep()
        except Exception:
            # The loop's own edge: the database may be away for a while, and what is written down stays so.
            logger.exception("outbox_sweep_failed")
            return POLL_SECONDS

    async def _send(self, claimed: Delivery) -> None:
        try:
            async with asyncio.timeout(CALL_SECONDS):
                posted = await self.posting.hand_over(claimed)
        except Unsent as unsent:
            await self._after_failure(claimed, unsent)
        except Exception:
            # The edge of one message: whatever happened, Slack may have it, so it stays claimed until it is settled.
            logger.exception("delivery_outcome_unknown", extra={"key": claimed.key})
        else:
            # A message to a person is edited where Slack has put it.
            await self.deliveries.sent(claimed, posted.message_ts, posted.channel_id)

    async def _after_failure(self, claimed: Delivery, unsent: Unsent) -> None:
        level = logging.ERROR if unsent.is_final or claimed.attempts >= _LOUD_ATTEMPTS else logging.WARNING
        logger.log(level, "delivery_not_sent", extra={"key": claimed.key, "error": str(unsent)})
        if unsent.is_final:
            await self.deliveries.failed(claimed, str(unsent))
        elif not unsent.is_unknown or claimed.message_ts:
            # An edit may be repeated; a post that may have arrived stays claimed until it is settled.
            pause_seconds = min(_LONGEST_PAUSE_SECONDS, 2.0 ** min(claimed.attempts, _LOUD_ATTEMPTS))
            await self.deliveries.again(claimed, self._later(unsent.after_seconds or pause_seconds))

    async def _settle_all(self) -> None:
        now = self.clock()
        if self._settled_at is None or abs((now - self._settled_at).total_seconds()) >= self.unknown_seconds:
            for delivery in await self.deliveries.stuck(now, self.settle_seconds):
                await self._settle(delivery)
            self._settled_at = now

    async def _settle(self, delivery: Delivery) -> None:
        """The outcome is unknown: a post is looked for in Slack before it is sent again, an edit is just repeated."""
        try:
            posted = None if delivery.message_ts else await self.posting.find(delivery)
        except Unsent as unsent:
            logger.warning("delivery_not_looked_up", extra={"key": delivery.key, "error": str(unsent)})
            if not unsent.is_final:
                await self.deliveries.unsettled(delivery, self._later(unsent.after_seconds or self.settle_seconds))
                return
            # Nobody may look there, so nobody will ever know: better told twice than never.
            posted = None
        if posted:
            await self.deliveries.sent(replace(delivery, revision=posted.revision), posted.message_ts)
        else:
            await self.deliveries.again(delivery, self.clock())

    def _later(self, seconds: float) -> datetime:
        later = self.clock() + timedelta(seconds=seconds)
        self._again_at = min(later, self._again_at or later)
        return later

    def _seconds_until_again(self) -> float:
        """Until a message that was put off is due, at most until the next look at what others have written."""
        if self._again_at is None:
            return self.poll_seconds
        seconds = (self._again_at - self.clock()).total_seconds()
        if seconds <= 0:
            self._again_at = None
        return min(self.poll_seconds, max(0.0, seconds))


async def _until(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
