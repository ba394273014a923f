"""What recurs goes on after a failure, until the bot stops."""

import asyncio

from bot.recurring import repeat


async def test_work_recurs_after_a_failure_until_it_is_asked_to_stop():
    stop = asyncio.Event()
    outcomes = [ConnectionError("away"), None, None]

    async def work() -> None:
        outcome = outcomes.pop(0)
        if not outcomes:
            stop.set()
        if outcome is not None:
            raise outcome

    async with asyncio.timeout(20):
        await repeat(work, 0, stop)

    assert outcomes == []
