"""Waiting for a job to change, so that a client need not ask again and again.

A request that carries ``Prefer: wait=N`` (RFC 7240, section 4.3) is answered at the next change, or after N seconds.
"""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from starlette.requests import Request

from trainer.store import Document

_WAIT: Final = re.compile(r"\bwait=(\d{1,4})\b")
_LONGEST_SECONDS: Final = 60


class Changes:
    """Tells whoever waits that something changed."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def announce(self) -> None:
        """Something changed."""
        self._next.set()
        self._next = asyncio.Event()

    async def other_than(self, seen: Document, read: Callable[[], Document], seconds: int) -> Document:
        """The object as soon as it is not as it was seen, or as it is after some seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while (found := read()) == seen:
                    await self._next.wait()
                return found
        return read()


def wait_seconds(request: Request) -> int:
    """How long the client would wait for a change, at most a minute; 0 if it would not."""
    asked = _WAIT.search(request.headers.get("prefer", ""))
    return min(int(asked[1]), _LONGEST_SECONDS) if asked else 0
