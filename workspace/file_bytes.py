"""The bytes of uploaded files, on disk under the files' ids."""

from collections.abc import AsyncIterable
from pathlib import Path

import anyio


class FileBytes:
    """A folder with one file for each uploaded file."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def path(self, file_id: str) -> Path:
        """Return where the bytes of a file lie."""
        return self._folder / file_id

    async def write(self, file_id: str, chunks: AsyncIterable[bytes]) -> int:
        """Store a stream of chunks; return how many bytes they were."""
        size_bytes = 0
        async with await anyio.open_file(self.path(file_id), "wb") as stored:
            async for chunk in chunks:
                size_bytes += await stored.write(chunk)
        return size_bytes

    async def write_all(self, file_id: str, content: bytes) -> None:
        """Store bytes that are already in memory."""
        await anyio.Path(self.path(file_id)).write_bytes(content)

    async def read(self, file_id: str) -> bytes:
        """Return the whole file; FileNotFoundError after it was deleted."""
        return await anyio.Path(self.path(file_id)).read_bytes()

    def remove(self, file_id: str) -> None:
        """Delete the bytes, if there are any."""
        self.path(file_id).unlink(missing_ok=True)
