"""The bytes of datasets, each known by their sha256 and stored once, whoever shared them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url

from storage.errors import BucketUnusable, FileMissing
from storage.incoming_file import IncomingFile, StoredFile

_READ_BYTES = 1 << 20


class FileStore:
    """A folder of files named by their sha256, and behind it, for several replicas, a bucket.

    With a bucket the folder is a cache: what it lacks is fetched from there.
    """

    def __init__(self, root: str | Path, bucket_url: str = "") -> None:
        """Store files under the folder `root`.

        Args:
            bucket_url: `s3://…`, `gs://…`, `az://…`: any URL that obstore knows. Empty for the folder alone.

        Raises:
            BucketUnusable: there is no such kind of bucket, or its account isn't named.
        """
        self._root = Path(root)
        self._bucket = _bucket(bucket_url) if bucket_url else None

    async def put(self, chunks: AsyncIterator[bytes], max_bytes: int) -> StoredFile:
        """Store a stream; on return its bytes are on the disk (and in the bucket).

        A stream that breaks off, or is too long, leaves nothing behind.

        Raises:
            FileTooLarge: the stream holds more than `max_bytes`.
        """
        stored = await self._keep(chunks, max_bytes)
        if self._bucket is not None:
            await obstore.put_async(self._bucket, stored.sha256, self._file(stored.sha256))
        return stored

    async def path(self, sha256: str) -> Path:
        """Where the bytes lie on the local disk, for a worker thread to read.

        Raises:
            FileMissing: nothing with this sha256 was stored, or it was deleted.
        """
        if not await asyncio.to_thread(self._file(sha256).exists):
            await self._fetch(sha256)
        return self._file(sha256)

    async def read(self, sha256: str) -> AsyncIterator[bytes]:
        """The bytes, in chunks of at most 1 MiB.

        Raises:
            FileMissing: as `path`.
        """
        with await asyncio.to_thread((await self.path(sha256)).open, "rb") as file:
            while chunk := await asyncio.to_thread(file.read, _READ_BYTES):
                yield chunk

    async def has(self, sha256: str) -> bool:
        """Whether the bytes are where every process finds them."""
        if self._bucket is None:
            return await asyncio.to_thread(self._file(sha256).exists)
        try:
            await obstore.head_async(self._bucket, sha256)
        except FileNotFoundError:
            return False
        return True

    async def delete(self, sha256: str, is_used: Callable[[str], Awaitable[bool]]) -> None:
        """Remove the bytes for good, unless somebody has begun to use them; nothing if they aren't there.

        They are set aside before `is_used` is asked. So whoever stores a row that uses them, and then looks whether
        they are there, either is seen by us or sees that they are gone.
        """
        file = self._file(sha256)
        aside = file.with_suffix(".aside")
        with suppress(FileNotFoundError):
            await asyncio.to_thread(file.replace, aside)
        if self._bucket is not None:
            with suppress(FileNotFoundError):
                await obstore.delete_async(self._bucket, sha256)
        if await is_used(sha256) and await asyncio.to_thread(aside.exists):
            await asyncio.to_thread(aside.replace, file)
            if self._bucket is not None:
                await obstore.put_async(self._bucket, sha256, file)
        await asyncio.to_thread(aside.unlink, missing_ok=True)

    async def _keep(self, chunks: AsyncIterator[bytes], max_bytes: int | None) -> StoredFile:
        incoming = await asyncio.to_thread(IncomingFile, self._root, max_bytes)
        try:
            async for chunk in chunks:
                await asyncio.to_thread(incoming.write, chunk)
            return await asyncio.to_thread(incoming.keep, self._file)
        finally:
            incoming.discard()

    async def _fetch(self, sha256: str) -> None:
        if self._bucket is None:
            raise FileMissing(sha256)
        try:
            answer = await obstore.get_async(self._bucket, sha256)
        except FileNotFoundError as error:
            raise FileMissing(sha256) from error
        stored = await self._keep((bytes(chunk) async for chunk in answer.stream()), max_bytes=None)
        if stored.sha256 != sha256:
            await asyncio.to_thread(self._file(stored.sha256).unlink, missing_ok=True)
            raise FileMissing(sha256)

    def _file(self, sha256: str) -> Path:
        # Folders of two characters keep each folder small.
        return self._root / sha256[:2] / sha256


def _bucket(url: str) -> ObjectStore:
    try:
        return from_url(url)
    except BaseError as error:
        # What follows its first line is meant for programmers.
        raise BucketUnusable(str(error).partition("\n")[0]) from error
