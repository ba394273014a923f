"""Reading an open file in pieces that never fill the memory."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, Protocol

CHUNK_BYTES: Final = 1 << 20


class BinaryStream(Protocol):
    """An open file."""

    def read(self, size: int, /) -> bytes: ...


def opener(path: Path) -> Callable[[], Iterable[bytes]]:
    """Opens a file at its beginning, in chunks, each time it is called."""

    def opened() -> Iterable[bytes]:
        with path.open("rb") as stream:
            yield from chunks_of(stream)

    return opened


def chunks_of(stream: BinaryStream) -> Iterator[bytes]:
    """An open file in chunks of a mebibyte."""
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk
