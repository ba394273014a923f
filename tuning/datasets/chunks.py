"""Reading an open file in pieces that never fill the memory."""

from collections.abc import Iterator
from typing import Final, Protocol

CHUNK_BYTES: Final = 1 << 20


class BinaryStream(Protocol):
    """An open file."""

    def read(self, size: int, /) -> bytes: ...


def chunks_of(stream: BinaryStream) -> Iterator[bytes]:
    """An open file in chunks of a mebibyte."""
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk
