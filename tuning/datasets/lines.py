"""Cutting a stream of bytes into lines, in bounded memory, while the file is measured."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

HEAD_BYTES = 64 * 1024
"""How much of the file's beginning and end is kept, to tell what kind of file it is."""

LONGEST_LINE_BYTES = 32_000_000
"""A longer line is cut and reported; no provider's context takes a hundredth of it. Our choice."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_KEPT_OF_A_LONG_LINE = 1024


class RawLine(NamedTuple):
    """One line without its ending."""

    number: int
    content: bytes
    is_oversized: bool = False
    """Only the beginning of the line is in `content`; the rest was passed over."""
    has_newline: bool = True


class Lines:
    """The lines of a file, and when they have all been read, its sha256, size and kinds of line ending.

    A file whose beginning has carriage returns but no newline is cut at the carriage returns.
    """

    def __init__(self, chunks: Iterable[bytes], *, is_beginning: bool = True) -> None:
        """Read lines from `chunks`; those of a file's later piece have no mark at their beginning, and end with newlines."""
        self._is_beginning = is_beginning
        self._sha256 = hashlib.sha256()
        self._chunks = self._measured(chunks)
        self.size_bytes = 0
        self.count = 0
        self.newline_count = 0
        self.crlf_count = 0
        self.head = b""
        self.tail = b""
        self._waiting = self._read_head()
        self.has_byte_order_mark = is_beginning and self.head.startswith(BYTE_ORDER_MARK)
        self.has_only_carriage_returns = is_beginning and b"\r" in self.head[:-1] and b"\n" not in self.head

    @property
    def sha256(self) -> str:
        """The hexadecimal digest of what has been read so far."""
        return self._sha256.hexdigest()

    def chunks(self) -> Iterator[bytes]:
        """The bytes from the beginning, measured, for somebody who cuts them otherwise."""
        yield from self._waiting
        self._waiting = []
        yield from self._chunks

    def add(self, lines: int, newlines: int, crlf_endings: int) -> None:
        """Take note of lines that somebody else has cut."""
        self.count += lines
        self.newline_count += newlines
        self.crlf_count += crlf_endings

    def drain(self) -> None:
        """Read the rest of the file for its sha256, size and tail alone."""
        for _ in self._chunks:
            pass

    def __iter__(self) -> Iterator[RawLine]:
        for content, is_oversized, has_newline in self._cut():
            self.count += 1
            self.newline_count += has_newline
            bare = content.removeprefix(BYTE_ORDER_MARK) if self.count == 1 and self._is_beginning else content
            if bare.endswith(b"\r"):
                bare = bare[:-1]
                self.crlf_count += has_newline
            yield RawLine(self.count, bare, is_oversized, has_newline)

    def _measured(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self._sha256.update(chunk)
            self.size_bytes += len(chunk)
            self.tail = (self.tail + chunk[-HEAD_BYTES:])[-HEAD_BYTES:]
            yield chunk

    def _read_head(self) -> list[bytes]:
        waiting: list[bytes] = []
        for chunk in self._chunks:
            waiting.append(chunk)
            if self.size_bytes >= HEAD_BYTES:
                break
        self.head = b"".join(waiting)[:HEAD_BYTES]
        return waiting

    def _cut(self) -> Iterator[tuple[bytes, bool, bool]]:
        ending = b"\r" if self.has_only_carriage_returns else b"\n"
        open_line = _OpenLine()
        for chunk in self.chunks():
            first, *others = chunk.split(ending)
            open_line.add(first)
            for piece in others:
                yield *open_line.close(), True
                open_line.add(piece)
        if open_line.size_bytes:
            yield *open_line.close(), False


class _OpenLine:
    """The pieces of a line whose end has not been read yet; beyond the limit they are dropped."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size_bytes = 0

    def add(self, piece: bytes) -> None:
        self.size_bytes += len(piece)
        if self.size_bytes <= LONGEST_LINE_BYTES:
            self._pieces.append(piece)
        else:
            self._pieces = [b"".join([*self._pieces, piece])[:_KEPT_OF_A_LONG_LINE]]

    def close(self) -> tuple[bytes, bool]:
        line, is_oversized = b"".join(self._pieces), self.size_bytes > LONGEST_LINE_BYTES
        self._pieces, self.size_bytes = [], 0
        return line[:_KEPT_OF_A_LONG_LINE] if is_oversized else line, is_oversized
