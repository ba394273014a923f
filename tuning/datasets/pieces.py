"""A large file in pieces that can be judged apart: cut behind newlines, always at the same places."""

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from tuning.datasets.chunks import CHUNK_BYTES, BinaryStream

PIECE_BYTES: Final = 1 << 21
"""A piece is at least so long, and ends with the last whole line that was read. Small: progress is told by pieces."""


class Piece(NamedTuple):
    """Some whole lines of a file."""

    path: str
    start: int
    size_bytes: int

    @property
    def is_first(self) -> bool:
        """Whether the file begins with it."""
        return self.start == 0

    def chunks(self) -> Iterator[bytes]:
        """Its bytes, in pieces that never fill the memory."""
        left = self.size_bytes
        with Path(self.path).open("rb") as stream:
            stream.seek(self.start)
            while left and (chunk := stream.read(min(CHUNK_BYTES, left))):
                left -= len(chunk)
                yield chunk


class Cutter:
    """Hands a file's chunks on, and cuts it into pieces on the way."""

    def __init__(self, path: Path, piece_bytes: int = PIECE_BYTES) -> None:
        self._path = str(path)
        self._piece_bytes = piece_bytes
        self._start = self._end = 0
        self._ready: deque[Piece] = deque()

    def chunks(self, stream: BinaryStream) -> Iterator[bytes]:
        """The file from its beginning."""
        while chunk := stream.read(min(CHUNK_BYTES, self._piece_bytes)):
            behind_newline = self._end + chunk.rfind(b"\n") + 1
            if behind_newline > self._end and behind_newline - self._start >= self._piece_bytes:
                self._cut(behind_newline)
            self._end += len(chunk)
            yield chunk

    def pieces(self) -> Iterator[Piece]:
        """The pieces of what has been read, each once."""
        while self._ready:
            yield self._ready.popleft()

    def rest(self) -> Iterator[Piece]:
        """The pieces that are left when the file has been read."""
        if self._end > self._start:
            self._cut(self._end)
        yield from self.pieces()

    def _cut(self, end: int) -> None:
        self._ready.append(Piece(self._path, self._start, end - self._start))
        self._start = end
