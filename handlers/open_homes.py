"""Which App Homes want to be shown anew, since what stands on them has changed.

Nothing of this is kept: whoever opens their Home later is shown it as it is then.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from storage.rows import Tenant

logger = logging.getLogger(__name__)

_MOST_LOOKED: Final = 20
"""Homes that were looked at last are kept up to date; Slack takes about a hundred a minute (tier 4, rate-limits)."""
_GATHER_SECONDS: Final = 1.0
"""A start changes a job several times within a second; the Home is shown once."""


@dataclass(slots=True)
class OpenHomes:
    """People by team and user id."""

    _looked: dict[tuple[Tenant, str], None] = field(default_factory=dict, init=False)
    """The last to look, the latest last."""
    _stale: set[tuple[Tenant, str]] = field(default_factory=set, init=False)
    _is_any_stale: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    def looked(self, tenant: Tenant, user_id: str) -> None:
        """Somebody has their Home before them."""
        self._looked.pop((tenant, user_id), None)
        self._looked[tenant, user_id] = None
        if len(self._looked) > _MOST_LOOKED:
            del self._looked[next(iter(self._looked))]

    def changed(self, tenant: Tenant, owner_id: str) -> None:
        """Something of a team's has changed that its owner and those who looked last would see."""
        self._stale.add((tenant, owner_id))
        self._stale.update(one for one in self._looked if one[0] == tenant)
        self._is_any_stale.set()

    async def refresh(self, publish: Callable[[Tenant, str], Awaitable[None]], stop: asyncio.Event) -> None:
        """Show what is stale anew, until asked to stop."""
        stopping = asyncio.create_task(stop.wait())
        while not stop.is_set():
            stale = asyncio.create_task(self._is_any_stale.wait())
            await asyncio.wait([stopping, stale], return_when=asyncio.FIRST_COMPLETED)
            stale.cancel()
            await asyncio.wait([stopping], timeout=_GATHER_SECONDS)
            self._is_any_stale.clear()
            while self._stale and not stop.is_set():
                await _published(publish, *self._stale.pop())
        stopping.cancel()


async def _published(publish: Callable[[Tenant, str], Awaitable[None]], tenant: Tenant, user_id: str) -> None:
    try:
        await publish(tenant, user_id)
    except Exception:
        # The edge of one Home: neither Slack nor a database that is away may end the others, or the bot.
        logger.exception("home_not_refreshed", extra={"user_id": user_id})
