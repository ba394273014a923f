"""A file on its way in: written under a temporary name, named by its sha256 once it is whole."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp

from storage.errors import FileTooLarge


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Bytes that are in the store."""

    sha256: str
    size_bytes: int


class IncomingFile:
    """One upload, for use from worker threads: it blocks on the disk."""

    def __init__(self, folder: Path, max_bytes: int | None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = mkstemp(dir=folder, prefix="incoming-")
        self._path = Path(name)
        self._file = os.fdopen(descriptor, "wb")
        self._max_bytes = max_bytes
        self._hash = sha256()
        self._size_bytes = 0

    def write(self, chunk: bytes) -> None:
        """Add bytes at the end.

        Raises:
            FileTooLarge: together they are more than allowed.
        """
        self._size_bytes += len(chunk)
        if self._max_bytes is not None and self._size_bytes > self._max_bytes:
            raise FileTooLarge(self._max_bytes)
        self._hash.update(chunk)
        self._file.write(chunk)

    def keep(self, name: Callable[[str], Path]) -> StoredFile:
        """Bring the bytes to the disk and give them the name that belongs to their sha256."""
        digest = self._hash.hexdigest()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        final = name(digest)
        final.parent.mkdir(exist_ok=True)
        self._path.replace(final)
        _sync_folder(final.parent)
        return StoredFile(digest, self._size_bytes)

    def discard(self) -> None:
        """Remove what was not kept."""
        self._file.close()
        self._path.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    # A new name survives a power cut only once its folder is on the disk too.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
