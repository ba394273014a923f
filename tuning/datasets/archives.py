"""Looking into archives by their last bytes, without unpacking them."""

import struct
from typing import NamedTuple

ZIP_MAGIC = b"PK\x03\x04"
EMPTY_ZIP_MAGIC = b"PK\x05\x06"
GZIP_MAGIC = b"\x1f\x8b"

_END_OF_DIRECTORY = struct.Struct("<4s4H2LH")
_DIRECTORY_ENTRY = struct.Struct("<4s6H3L5H2L")
_NOISE = ("__MACOSX/", ".DS_Store")


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
    return [member for member in members if not member.name.endswith("/") and not member.name.startswith(_NOISE)]


def gzip_size_bytes(tail: bytes) -> int:
    """What a gzip claims to unpack to, modulo 4 GiB (RFC 1952, section 2.3.1)."""
    return int.from_bytes(tail[-4:], "little")
