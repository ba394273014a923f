"""Taking the one file out of an archive, into a temporary file, and never more than a limit of it.

No name in an archive becomes a path: whatever `../` a name holds, the bytes go to a temporary file of ours.
"""

import gzip
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final

from tuning.datasets.archives import EMPTY_ZIP_MAGIC, GZIP_MAGIC, NOISE, ZIP_MAGIC, directory_size_bytes
from tuning.datasets.chunks import CHUNK_BYTES, BinaryStream
from tuning.datasets.convert.records import Note
from tuning.datasets.sniffing import LARGEST_UNPACKED_BYTES
from tuning.errors import CannotConvert

WORKBOOK: Final = "xl/workbook.xml"
"""The member that makes a zip a spreadsheet (ECMA-376, part 2)."""

_HEAD_BYTES = 512
_TAR_MAGIC = slice(257, 262)
_LARGEST_DIRECTORY_BYTES = 1 << 20
_IS_ENCRYPTED = 0x1
_MOST_NAMES = 5


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A file that is no archive any more; a spreadsheet, which is a zip of its own, stays as it is."""

    path: Path
    name: str
    notes: tuple[Note, ...] = ()

    @property
    def is_spreadsheet(self) -> bool:
        return is_spreadsheet(self.path)


@contextmanager
def unpacked(path: Path, name: str, limit_bytes: int = LARGEST_UNPACKED_BYTES) -> Iterator[Unpacked]:
    """The file itself, or the one file in the gzip or zip that it is, for as long as the context lasts.

    Raises:
        CannotConvert: it holds no file or several, another archive, a password, or more than `limit_bytes`.
    """
    head = _head(path)
    if not _is_archive(path, head):
        yield Unpacked(path, name)
        return
    with tempfile.TemporaryDirectory(prefix="tunesmith-") as folder:
        inside = Path(folder) / "file"
        with inside.open("wb") as target:
            inner = _gunzip(path, name, target, limit_bytes) if head.startswith(GZIP_MAGIC) else None
            inner = inner or _unzip(path, target, limit_bytes)
        head = _head(inside)
        if _is_archive(inside, head) or head[_TAR_MAGIC] == b"ustar":
            raise CannotConvert("nested", member=inner)
        yield Unpacked(inside, inner, (Note("unpacked", {"member": inner}),))


def is_spreadsheet(path: Path) -> bool:
    """Whether a file is an Excel workbook (.xlsx)."""
    if not _head(path).startswith(ZIP_MAGIC) or directory_size_bytes(path) > _LARGEST_DIRECTORY_BYTES:
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return WORKBOOK in archive.NameToInfo
    except zipfile.BadZipFile:
        return False


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(_HEAD_BYTES)


def _is_archive(path: Path, head: bytes) -> bool:
    return head.startswith((GZIP_MAGIC, ZIP_MAGIC, EMPTY_ZIP_MAGIC)) and not is_spreadsheet(path)


def _gunzip(path: Path, name: str, target: IO[bytes], limit_bytes: int) -> str:
    try:
        with gzip.open(path) as source:
            _copy(source, target, limit_bytes)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise CannotConvert("archive_broken") from error
    return name[: -len(".gz")] if name.lower().endswith(".gz") else name


def _unzip(path: Path, target: IO[bytes], limit_bytes: int) -> str:
    if directory_size_bytes(path) > _LARGEST_DIRECTORY_BYTES:
        raise CannotConvert("archive_crowded")
    try:
        with zipfile.ZipFile(path) as archive:
            member = _only_member(archive)
            with archive.open(member) as source:
                _copy(source, target, limit_bytes)
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError) as error:
        raise CannotConvert("archive_broken") from error
    return _bare(member.filename)


def _only_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = [one for one in archive.infolist() if not one.is_dir() and not one.filename.startswith(NOISE)]
    if not members:
        raise CannotConvert("archive_empty")
    if len(members) > 1:
        names = ", ".join(_bare(one.filename) for one in members[:_MOST_NAMES])
        raise CannotConvert("archive_many", n=len(members), members=names)
    if members[0].flag_bits & _IS_ENCRYPTED:
        raise CannotConvert("archive_locked")
    return members[0]


def _bare(member: str) -> str:
    return PurePosixPath(member.replace("\\", "/")).name or "file"


def _copy(source: BinaryStream, target: IO[bytes], limit_bytes: int) -> None:
    left = limit_bytes
    while chunk := source.read(min(CHUNK_BYTES, left + 1)):
        left -= len(chunk)
        if left < 0:
            raise CannotConvert("archive_expands", limit=limit_bytes // 1_000_000)
        target.write(chunk)
