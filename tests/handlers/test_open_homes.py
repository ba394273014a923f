"""Homes that are kept true while people look at them."""

import asyncio

from handlers.open_homes import OpenHomes
from storage.errors import DatabaseUnavailable
from storage.rows import Tenant


async def test_a_home_that_cannot_be_shown_costs_no_other_its_news():
    homes, stop, shown = OpenHomes(), asyncio.Event(), []

    async def publish(tenant: Tenant, user_id: str) -> None:
        shown.append(user_id)
        if len(shown) == 2:
            stop.set()
        raise DatabaseUnavailable("away")

    homes.changed(Tenant("T1"), "U1")
    homes.changed(Tenant("T1"), "U2")
    async with asyncio.timeout(10):
        await homes.refresh(publish, stop)

    assert sorted(shown) == ["U1", "U2"]
