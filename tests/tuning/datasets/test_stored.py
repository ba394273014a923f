"""What whoever waits for a check hears of it."""

from datetime import date
from itertools import pairwise

import pytest

from storage.errors import DatabaseUnavailable, FileMissing
from storage.files import FileStore
from tuning.datasets.options import CheckOptions
from tuning.datasets.provider_facts import PROVIDER_FACTS
from tuning.datasets.stored import check_stored

ROW = b'{"messages": [{"role": "user", "content": "%d?"}, {"role": "assistant", "content": "It is %d."}]}\n'
OPTIONS = CheckOptions("rows.jsonl", date(2026, 11, 22), PROVIDER_FACTS["trainer"])


@pytest.fixture(name="files")
def _files(tmp_path):
    return FileStore(tmp_path)


@pytest.fixture(name="sha256")
async def _sha256(files):
    async def rows():
        yield b"".join(ROW % (number, number) for number in range(3_000))

    return (await files.put(rows(), 10_000_000)).sha256


async def test_a_check_tells_how_far_it_has_come_and_nothing_once_it_is_done(files, sha256):
    heard = []

    async def tell(percent):
        heard.append(percent)

    report = await check_stored(files, sha256, OPTIONS, tell, every_seconds=0.001)
    told = list(heard)

    assert report.examples == 3_000
    assert told
    assert all(0 <= one <= other <= 100 for one, other in pairwise([0, *told]))
    assert heard == told


async def test_a_word_that_cannot_be_passed_on_does_not_end_the_check(files, sha256):
    async def tell(percent):
        raise DatabaseUnavailable

    assert (await check_stored(files, sha256, OPTIONS, tell, every_seconds=0.001)).examples == 3_000


async def test_bytes_that_are_gone_are_missed_before_anything_is_told(files):
    with pytest.raises(FileMissing):
        await check_stored(files, "0" * 64, OPTIONS, every_seconds=0.001)
