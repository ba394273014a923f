"""Checking bytes that are stored already, without holding up anybody else, and telling how far it has come."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeAlias

from storage.files import FileStore
from tuning.datasets.large_files import check_file
from tuning.datasets.options import CheckOptions
from tuning.datasets.report import Report

logger = logging.getLogger(__name__)

Tell: TypeAlias = Callable[[int], Awaitable[None]]
"""Told the per cent of a file's bytes that have been judged, and what it raises ends the telling, not the check."""

TELL_SECONDS: Final = 1.5
"""Between two words on a check: people are to see one every two seconds, and Slack takes about fifty edits a minute
(chat.update is of tier 3, https://docs.slack.dev/apis/web-api/rate-limits, 2026-11)."""


async def check_stored(
    files: FileStore,
    sha256: str,
    options: CheckOptions,
    tell: Tell | None = None,
    every_seconds: float = TELL_SECONDS,
) -> Report:
    """The report on the stored bytes, made in a worker thread, of a large file by processes of their own.

    Args:
        tell: told how far it has come, every so often; a check that ends before says nothing.

    Raises:
        storage.errors.FileMissing: the bytes are gone.
    """
    path = await files.path(sha256)
    judged, done = _Judged(path.stat().st_size), asyncio.Event()
    telling = [asyncio.create_task(_telling(judged, tell, every_seconds, done))] if tell else []
    try:
        return await asyncio.to_thread(check_file, path, options, judged.add)
    finally:
        done.set()
        # Waited for, so that no word of it comes after the report.
        for error in await asyncio.gather(*telling, return_exceptions=True):
            if error is not None:
                logger.warning("check_progress_not_told", exc_info=error)


@dataclass(slots=True)
class _Judged:
    """How much of a file has been judged; added to by the worker thread alone."""

    size_bytes: int
    judged_bytes: int = 0

    def add(self, more_bytes: int) -> None:
        self.judged_bytes += more_bytes

    @property
    def percent(self) -> int:
        return 100 * self.judged_bytes // max(self.size_bytes, 1)


async def _telling(judged: _Judged, tell: Tell, every_seconds: float, done: asyncio.Event) -> None:
    while not done.is_set():
        with suppress(TimeoutError):
            async with asyncio.timeout(every_seconds):
                await done.wait()
        if not done.is_set():
            await tell(judged.percent)
