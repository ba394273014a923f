"""Looking into archives by their last bytes, without unpacking them."""

import struct
from pathlib import Path
from typing import NamedTuple

ZIP_MAGIC = b"PK\x03\x04"
EMPTY_ZIP_MAGIC = b"PK\x05\x06"
GZIP_MAGIC = b"\x1f\x8b"

_END_OF_DIRECTORY = struct.Struct("<4s4H2LH")
_DIRECTORY_ENTRY = struct.Struct("<4s6H3L5H2L")
NOISE = ("__MACOSX/", ".DS_Store")
"""How the names of what macOS adds begin."""


class Member(NamedTuple):
    """One file in an archive."""

    name: str
    size_bytes: int
    """Unpacked, as the archive claims."""


def zip_members(tail: bytes) -> list[Member]:
    """The files that a zip's directory lists, as far as `tail`, the end of the file, holds it.

    Layout: PKWARE's APPNOTE.TXT 6.3, sections 4.3.12 and 4.3.16. Folders and what macOS adds are left out.
    """
    end = tail.rfind(EMPTY_ZIP_MAGIC)
    if end < 0 or len(tail) - end < _END_OF_DIRECTORY.size:
        return []
    directory_bytes = _END_OF_DIRECTORY.unpack_from(tail, end)[5]
    position, members = max(end - directory_bytes, 0), []
    while tail.startswith(b"PK\x01\x02", position) and position + _DIRECTORY_ENTRY.size <= end:
        entry = _DIRECTORY_ENTRY.unpack_from(tail, position)
        size_bytes, name_bytes, extra_bytes, comment_bytes = entry[9], entry[10], entry[11], entry[12]
        start = position + _DIRECTORY_ENTRY.size
        members.append(Member(tail[start : start + name_bytes].decode("utf-8", "replace"), size_bytes))
        position = start + name_bytes + extra_bytes + comment_bytes
    return [member for member in members if not member.name.endswith("/") and not member.name.startswith(NOISE)]


def gzip_size_bytes(tail: bytes) -> int:
    """What a gzip claims to unpack to, modulo 4 GiB (RFC 1952, section 2.3.1)."""
    return int.from_bytes(tail[-4:], "little")


def directory_size_bytes(path: Path) -> int:
    """How large a zip's directory claims to be, before anybody reads it; 0 where none is found.

    A comment of up to 65,535 bytes may follow the directory's end (APPNOTE.TXT 4.3.16). Zip64 writes 4 GiB here.
    """
    with path.open("rb") as stream:
        size_bytes = stream.seek(0, 2)
        stream.seek(max(size_bytes - 0xFFFF - _END_OF_DIRECTORY.size, 0))
        tail = stream.read()
    end = tail.rfind(EMPTY_ZIP_MAGIC)
    if end < 0 or len(tail) - end < _END_OF_DIRECTORY.size:
        return 0
    directory_bytes: int = _END_OF_DIRECTORY.unpack_from(tail, end)[5]
    return directory_bytes
