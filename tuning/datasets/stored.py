"""Checking bytes that are stored already, without holding up anybody else."""

import asyncio
from pathlib import Path

from storage.files import FileStore
from tuning.datasets.check import check
from tuning.datasets.chunks import chunks_of
from tuning.datasets.options import CheckOptions
from tuning.datasets.report import Report


async def check_stored(files: FileStore, sha256: str, options: CheckOptions) -> Report:
    """The report on the stored bytes, made in a worker thread.

    Raises:
        storage.errors.FileMissing: the bytes are gone.
    """
    return await asyncio.to_thread(check_path, await files.path(sha256), options)


def check_path(path: Path, options: CheckOptions) -> Report:
    """The report on the bytes of a file; it takes a core for as long as it lasts, so never call it on an event loop."""
    with path.open("rb") as stream:
        return check(chunks_of(stream), options)
