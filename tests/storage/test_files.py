import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest

from storage.errors import FileMissing, FileTooLarge
from storage.files import FileStore

_BYTES = b'{"messages": []}\n' * 100_000
_SHA256 = sha256(_BYTES).hexdigest()


async def _stream(content: bytes, chunk_bytes: int = 65_536) -> AsyncIterator[bytes]:
    for start in range(0, len(content), chunk_bytes):
        yield content[start : start + chunk_bytes]


async def _cut_stream() -> AsyncIterator[bytes]:
    yield _BYTES
    raise ConnectionResetError("the peer went away")


def _on_disk(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


async def _nobody(_sha256: str) -> bool:
    return False


async def _somebody(_sha256: str) -> bool:
    return True


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


async def test_bytes_come_back_as_they_were(files):
    stored = await files.put(_stream(_BYTES), max_bytes=len(_BYTES))

    assert (stored.sha256, stored.size_bytes) == (_SHA256, len(_BYTES))
    assert b"".join([chunk async for chunk in files.read(_SHA256)]) == _BYTES
    assert (await files.path(_SHA256)).read_bytes() == _BYTES


async def test_the_same_bytes_are_stored_once(files, tmp_path):
    await asyncio.gather(*(files.put(_stream(_BYTES, chunk), max_bytes=len(_BYTES)) for chunk in (1000, 65_536)))

    assert _on_disk(tmp_path) == [_SHA256]


async def test_an_empty_file_is_a_file(files):
    stored = await files.put(_stream(b""), max_bytes=10)

    assert stored.size_bytes == 0
    assert [chunk async for chunk in files.read(stored.sha256)] == []


async def test_a_file_one_byte_too_long_is_refused_and_leaves_nothing(files, tmp_path):
    with pytest.raises(FileTooLarge, match=str(len(_BYTES) - 1)):
        await files.put(_stream(_BYTES), max_bytes=len(_BYTES) - 1)

    assert _on_disk(tmp_path) == []


async def test_a_stream_that_breaks_off_leaves_nothing(files, tmp_path):
    with pytest.raises(ConnectionResetError):
        await files.put(_cut_stream(), max_bytes=len(_BYTES))

    assert _on_disk(tmp_path) == []


async def test_deleted_bytes_are_gone_and_deleting_them_again_is_no_error(files):
    await files.put(_stream(_BYTES), max_bytes=len(_BYTES))
    await files.delete(_SHA256, _nobody)
    await files.delete(_SHA256, _nobody)

    with pytest.raises(FileMissing, match=_SHA256):
        await files.path(_SHA256)


async def test_replicas_share_bytes_through_a_bucket(tmp_path):
    bucket = tmp_path / "bucket"
    bucket.mkdir()
    first, second = (FileStore(tmp_path / name, bucket.as_uri()) for name in ("first", "second"))

    await first.put(_stream(_BYTES), max_bytes=len(_BYTES))
    assert b"".join([chunk async for chunk in second.read(_SHA256)]) == _BYTES

    await second.delete(_SHA256, _nobody)
    assert _on_disk(bucket) == []
    with pytest.raises(FileMissing):
        await FileStore(tmp_path / "third", bucket.as_uri()).path(_SHA256)


async def test_bytes_that_changed_in_the_bucket_are_not_passed_on(tmp_path):
    bucket = tmp_path / "bucket"
    bucket.mkdir()
    (bucket / _SHA256).write_bytes(b"something else")

    with pytest.raises(FileMissing):
        await FileStore(tmp_path / "files", bucket.as_uri()).path(_SHA256)
    assert _on_disk(tmp_path / "files") == []


async def test_bytes_that_somebody_has_begun_to_use_stay_here_and_in_the_bucket(tmp_path):
    bucket = tmp_path / "bucket"
    bucket.mkdir()
    files = FileStore(tmp_path / "files", bucket.as_uri())
    await files.put(_stream(_BYTES), max_bytes=len(_BYTES))

    await files.delete(_SHA256, _somebody)
    assert (_on_disk(tmp_path / "files"), _on_disk(bucket), await files.has(_SHA256)) == ([_SHA256], [_SHA256], True)

    await files.delete(_SHA256, _nobody)
    assert (_on_disk(tmp_path / "files"), _on_disk(bucket), await files.has(_SHA256)) == ([], [], False)
