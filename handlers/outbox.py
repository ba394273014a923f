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
from storage.leases import LeaseStore
from storage.rows import Delivery, Place, Tenant

logger = logging.getLogger(__name__)

POLL_SECONDS: Final = 1.0
CALL_SECONDS: Final = 20.0
"""The longest that one message may be on its way to Slack."""
SETTLE_SECONDS: Final = 30.0
"""A claim so old belongs to no call that still runs, whoever made it: longer than `CALL_SECONDS`."""
_LAST_SECONDS: Final = 10.0
"""For what is written when we stop; the rest is sent after the next start."""
_LONGEST_PAUSE_SECONDS: Final = 60.0
_LOUD_ATTEMPTS: Final = 8
"""From then on a message that isn't taken is an error in the log, and no longer a warning."""
_LEASE: Final = "outbox"
_LEASE_SECONDS: Final = 30.0


@dataclass(slots=True)
class Outbox:
    """The sender of messages that must arrive; answers to a click and streams go their own way.

    Of several processes one sends at a time, the one with the lease; all of them write. A message that was claimed
    and never reported on, since its sender or the database died, is looked for in Slack before it is sent again.
    """

    posting: Posting
    deliveries: DeliveryStore
    announcements: Announcements
    leases: LeaseStore
    clock: Callable[[], datetime]
    owner: str
    """Names this process among those that may hold the lease."""
    settle_seconds: float = SETTLE_SECONDS
    written: asyncio.Event = field(default_factory=asyncio.Event)

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
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_SECONDS):
                await self._swept()
        # With the database away the lease runs out by itself.
        with suppress(DatabaseUnavailable):
            await self.leases.release(_LEASE, self.owner)

    async def sweep(self) -> float:
        """Write and send the first of each line that is due; returns the seconds until something more may be sent."""
        if not await self._is_the_sender():
            return POLL_SECONDS
        await self.announcements.write()
        for delivery in await self.deliveries.stuck(self.clock(), self.settle_seconds):
            await self._settle(delivery)
        wait_seconds = POLL_SECONDS
        for delivery in await self.deliveries.foremost(self.clock()):
            pause_seconds = self.posting.pause_seconds(delivery)
            wait_seconds = min(wait_seconds, pause_seconds)
            if pause_seconds > 0 or not await self._is_the_sender():
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

    async def _is_the_sender(self) -> bool:
        """Whether the lease is ours, which also renews it: asked before each message, since a sweep may take long."""
        return await self.leases.acquire(_LEASE, self.owner, _LEASE_SECONDS) is not None

    async def _send(self, claimed: Delivery) -> None:
        try:
            async with asyncio.timeout(CALL_SECONDS):
                message_ts = await self.posting.hand_over(claimed)
        except Unsent as unsent:
            await self._after_failure(claimed, unsent)
        except Exception:
            # The edge of one message: whatever happened, Slack may have it, so it stays claimed until it is settled.
            logger.exception("delivery_outcome_unknown", extra={"key": claimed.key})
        else:
            await self.deliveries.sent(claimed, message_ts)

    async def _after_failure(self, claimed: Delivery, unsent: Unsent) -> None:
        level = logging.ERROR if unsent.is_final or claimed.attempts >= _LOUD_ATTEMPTS else logging.WARNING
        logger.log(level, "delivery_not_sent", extra={"key": claimed.key, "error": str(unsent)})
        if unsent.is_final:
            await self.deliveries.failed(claimed, str(unsent))
        elif not unsent.is_unknown or claimed.message_ts:
            # An edit may be repeated; a post that may have arrived stays claimed until it is settled.
            pause_seconds = min(_LONGEST_PAUSE_SECONDS, 2.0 ** min(claimed.attempts, _LOUD_ATTEMPTS))
            await self.deliveries.again(claimed, self._later(unsent.after_seconds or pause_seconds))

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
        return self.clock() + timedelta(seconds=seconds)


async def _until(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
