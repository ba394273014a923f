"""How long we wait for what is away, a provider or the database, before we try again."""

import itertools
import logging
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from storage.errors import DatabaseUnavailable
from tuning.errors import ProviderUnavailable, UserFacingError

logger = logging.getLogger(__name__)

Pause = Callable[[float], Awaitable[None]]
"""Waits for so many seconds."""

WAITS_SECONDS: Final = (1, 2, 5, 10, 20, 30, 60, 60, 120, 120, 300, 300, 300, 300)
"""Between attempts: about 27 minutes in all. A retry-after of the provider's lengthens one, up to ten minutes."""
_LONGEST_WAIT_SECONDS: Final = 600

_Result = TypeVar("_Result")


def wait_after(error: UserFacingError, wait_seconds: float) -> float:
    """How long to wait after a failure: as planned, or as long as the provider asked, within ten minutes."""
    asked_seconds = error.retry_after_seconds if isinstance(error, ProviderUnavailable) else None
    return min(max(asked_seconds or 0, wait_seconds), _LONGEST_WAIT_SECONDS)


async def with_database(pause: Pause, work: Callable[[], Awaitable[_Result]]) -> _Result:
    """What `work` returns, repeated for as long as the database is away: giving up couldn't be noted either."""
    waits = itertools.chain(WAITS_SECONDS, itertools.repeat(WAITS_SECONDS[-1]))
    while True:
        try:
            return await work()
        except DatabaseUnavailable:
            logger.warning("database_awaited")
            await pause(next(waits))
