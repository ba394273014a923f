"""Work that is done again and again for as long as the bot runs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

logger = logging.getLogger(__name__)


async def repeat(work: Callable[[], Awaitable[None]], every_seconds: float, stop: asyncio.Event) -> None:
    """Do it at once and then every so many seconds, until `stop` is set."""
    while not stop.is_set():
        try:
            await work()
        except Exception:
            # The loop's own edge: a database that is away for a while must not end what recurs.
            logger.exception("recurring_work_failed", extra={"work": work.__qualname__})
        with suppress(TimeoutError):
            async with asyncio.timeout(every_seconds):
                await stop.wait()
