"""Bytes that are only added to until they are all wanted at once: beyond a few mebibytes they wait on the disk."""

import tempfile
import weakref
from typing import Final

_KEPT_BYTES: Final = 4 << 20


class Spooled:
    """While other processes need the memory, this one holds little of it."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(_KEPT_BYTES)  # noqa: SIM115 - it lives as long as this object.
        weakref.finalize(self, self._file.close)

    def add(self, content: bytes) -> None:
        """Put something behind the rest."""
        self._file.write(content)

    def take(self) -> bytes:
        """All that was added; nothing can be added or taken afterwards."""
        self._file.seek(0)
        content = self._file.read()
        self._file.close()
        return content
