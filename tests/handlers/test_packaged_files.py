"""Our own files are read where their id says so; everything else comes from where it was shared."""

from pathlib import Path

import pytest

from handlers.packaged_files import PackagedFiles, packaged_id
from tuning.errors import FileUnavailable

EXAMPLES = Path(__file__).parents[2] / "examples"


class Shared:
    """What people have shared: one file, whatever is asked for."""

    async def read(self, file_reference):
        yield file_reference["id"].encode()


async def _bytes(file_id: str) -> bytes:
    files = PackagedFiles(EXAMPLES, Shared())
    return b"".join([chunk async for chunk in files.read({"id": file_id, "name": "marv.jsonl", "channel_id": "C1"})])


async def test_a_packaged_file_is_read_from_the_folder_and_a_shared_one_from_slack():
    assert await _bytes(packaged_id("marv.jsonl", "U1")) == (EXAMPLES / "marv.jsonl").read_bytes()
    assert await _bytes("F123") == b"F123"


@pytest.mark.parametrize("name", ["none.jsonl", "../pyproject.toml", ""])
async def test_what_does_not_come_with_the_bot_is_not_read(name):
    with pytest.raises(FileUnavailable):
        await _bytes(packaged_id(name, "U1"))
