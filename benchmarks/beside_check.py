"""How long Slack waits for an acknowledgement while the bot checks a large file.

`python -m benchmarks.beside_check [MEGABYTES]`; 1,000 where nothing is said. The file is sent to `POST /check` of the same
bot, which judges it just as a file dropped in a channel is judged. Twenty mixed requests a second are sent from when
the disk has the whole file to the report, and for twenty seconds before, with nothing to check. The limit is a p99 of 200 ms.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import aiohttp

from benchmarks.acknowledgement import Sender, servers_in
from benchmarks.check_measuring import write_rows

REQUESTS_A_SECOND: Final = 20
_WARM_SECONDS: Final = 3
_QUIET_SECONDS: Final = 20
_KEY: Final = "k" * 40
_MEGABYTE: Final = 1_000_000


def main(megabytes: int = 1_000) -> None:
    asyncio.run(_measure(megabytes))


async def _measure(megabytes: int) -> None:
    settings = {"TUNESMITH_API_KEY": _KEY, "TUNESMITH_MAX_FILE_BYTES": str(2 * megabytes * _MEGABYTE)}
    with tempfile.TemporaryDirectory(prefix="beside-check-") as name:
        folder = Path(name)
        path = folder / "train.jsonl"
        write_rows(path, megabytes * _MEGABYTE)
        os.sync()  # The bot's own writing would wait for the disk to take a gigabyte of ours.
        async with servers_in(folder, settings) as (servers, sender):
            bot = servers["tunesmith"]
            await _waits(sender, bot.url, _after(_WARM_SECONDS))
            print(_line("nothing else", await _waits(sender, bot.url, _after(_QUIET_SECONDS))), flush=True)
            sent, reported = asyncio.Event(), asyncio.Event()
            check = asyncio.create_task(_check(sender.session, bot.server.address, path, sent, reported))
            await sent.wait()
            await asyncio.to_thread(os.sync)
            began = time.perf_counter()
            waits = await _waits(sender, bot.url, reported)
            print(_line(f"a check of {megabytes:,} MB, {time.perf_counter() - began:.0f} s", waits), flush=True)
            await check


def _after(seconds: float) -> asyncio.Event:
    """Set when so much time has gone by."""
    over = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, over.set)
    return over


async def _check(
    session: aiohttp.ClientSession, address: str, path: Path, sent: asyncio.Event, reported: asyncio.Event
) -> None:
    async def content() -> AsyncIterator[bytes]:
        with path.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                yield chunk
        sent.set()

    headers = {"Authorization": f"Bearer {_KEY}", "Content-Type": "application/x-ndjson"}
    patience = aiohttp.ClientTimeout(total=None)
    try:
        async with session.post(f"{address}/check", data=content(), headers=headers, timeout=patience) as response:
            assert response.status == 200, await response.text()
            await response.read()
    finally:
        sent.set()
        reported.set()


async def _waits(sender: Sender, url: str, end: asyncio.Event) -> list[float]:
    """The seconds until each acknowledgement, at a steady rate until the end, whatever the answers take."""
    loop = asyncio.get_running_loop()
    began, tasks = loop.time(), []
    while not end.is_set():
        await asyncio.sleep(max(0.0, began + len(tasks) / REQUESTS_A_SECOND - loop.time()))
        tasks.append(asyncio.create_task(sender.send(url)))
    return await asyncio.gather(*tasks)


def _line(beside: str, waits: list[float]) -> str:
    middle, p99, most = statistics.median(waits), statistics.quantiles(waits, n=100)[98], max(waits)
    return (
        f"beside {beside}: {len(waits)} requests, p50 {middle * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms,"
        f" max {most * 1000:.1f} ms"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
