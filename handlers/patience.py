"""Trying again what a passing fault has stopped: a network that was cut, a Slack or a database that was away."""

import logging
from collections.abc import Awaitable, Callable, Iterable
from itertools import chain, repeat
from typing import Final, TypeVar

import aiohttp

from storage.errors import DatabaseUnavailable
from tuning.errors import FileNotYet

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

A_WHILE: Final = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between tries of what may fail in the end, since somebody waits for it."""
_SELDOM_SECONDS: Final = 30.0
_PASSING: Final = (aiohttp.ClientError, TimeoutError, DatabaseUnavailable, FileNotYet)


def until_done() -> Iterable[float]:
    """Seconds between tries of what must happen, however long it takes."""
    return chain(A_WHILE, repeat(_SELDOM_SECONDS))


async def patiently(
    work: Callable[[], Awaitable[Result]], pauses_seconds: Iterable[float], pause: Callable[[float], Awaitable[None]]
) -> Result:
    """Do `work`, again after each of the pauses while only passing faults stop it; the last fault is raised."""
    for seconds in pauses_seconds:
        try:
            return await work()
        except _PASSING as error:
            logger.warning("tried_again", extra={"error": type(error).__name__, "after_seconds": seconds})
            await pause(seconds)
    return await work()
