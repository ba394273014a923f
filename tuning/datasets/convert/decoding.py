"""Finding out in which encoding a text file was written."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tuning.datasets.chunks import CHUNK_BYTES
from tuning.errors import CannotConvert

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Longest first where one begins like another."""

_SAMPLE_BYTES: Final = 4096
_MOSTLY: Final = 0.4
_PAIRED: Final = 0.8
_FEW: Final = 0.3
_REPLACED: Final = "\ufffd"
_HIGH_PAIRS = re.compile(rb"(?:[\x81-\xfe][\x30-\x39\x40-\xfe])+")


def encoding_of(path: Path) -> str:
    """The name of the codec that reads a file from its first to its last byte.

    A mark at the beginning decides; then the empty bytes that UTF-16 leaves in ASCII; then whether the whole file is
    UTF-8. What is left is Chinese in GB 18030, whose high bytes come in pairs, or Western text in Windows-1252.

    Raises:
        CannotConvert: none of them reads it, or most of it is UTF-8 and some of it is not.
    """
    with path.open("rb") as stream:
        head = stream.read(_SAMPLE_BYTES)
    marked = next((codec for mark, codec in _MARKS if head.startswith(mark)), None)
    candidates = [marked] if marked else [_wide(head) or "utf-8", *_legacy(path)]
    for codec in candidates:
        if _reads(path, codec):
            return codec
        if codec == "utf-8":
            _refuse_mixture(path)
    raise CannotConvert("encoding")


def _refuse_mixture(path: Path) -> None:
    """Read in another encoding, all the lines that are UTF-8 would become gibberish for the sake of a few that aren't."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    line, first_line, broken, foreign = 1, 0, 0, 0
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            text = decoder.decode(chunk)
            at = text.find(_REPLACED)
            first_line = first_line or (line + text.count("\n", 0, at) if at >= 0 else 0)
            line += text.count("\n")
            broken += text.count(_REPLACED)
            foreign += len(text) - len(text.encode("ascii", "ignore"))
    if broken < foreign * _FEW:
        raise CannotConvert("encoding_mixed", line=first_line)


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark, by where ASCII leaves its bytes empty."""
    pairs = max(len(head) // 2, 1)
    if head[1::2].count(0) > pairs * _MOSTLY:
        return "utf-16-le"
    return "utf-16-be" if head[0::2].count(0) > pairs * _MOSTLY else None


def _legacy(path: Path) -> Iterator[str]:
    """Tried only where UTF-8 fails, so the file is sampled at its first byte that isn't ASCII."""
    high = _around_first_high_byte(path)
    paired = sum(map(len, _HIGH_PAIRS.findall(high)))
    are_pairs = paired >= sum(byte >= 0x80 for byte in high) * _PAIRED  # noqa: PLR2004 - the end of ASCII.
    yield from ("gb18030", "cp1252") if are_pairs and _has_runs(high) else ("cp1252", "gb18030")


def _has_runs(high: bytes) -> bool:
    """Chinese words are several characters long; an accented letter stands alone among ASCII."""
    return re.search(rb"[\x81-\xfe]{4}", high) is not None


def _around_first_high_byte(path: Path) -> bytes:
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            if not chunk.isascii():
                first = next(index for index, byte in enumerate(chunk) if byte >= 0x80)  # noqa: PLR2004 - the same.
                return chunk[first : first + _SAMPLE_BYTES]
    return b""


def _reads(path: Path, codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    with path.open("rb") as stream:
        try:
            while chunk := stream.read(CHUNK_BYTES):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeError:
            return False
    return True
