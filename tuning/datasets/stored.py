"""Checking bytes that are stored already, without holding up anybody else."""

import asyncio

from storage.files import FileStore
from tuning.datasets.large_files import check_file
from tuning.datasets.options import CheckOptions
from tuning.datasets.report import Report


async def check_stored(files: FileStore, sha256: str, options: CheckOptions) -> Report:
    """The report on the stored bytes, made in a worker thread, of a large file by processes of their own.

    Raises:
        storage.errors.FileMissing: the bytes are gone.
    """
    return await asyncio.to_thread(check_file, await files.path(sha256), options)
