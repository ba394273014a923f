"""One transaction for all that wait, and each answered for itself."""

import asyncio

import pytest

from storage.errors import DatabaseUnavailable
from storage.group_commit import GroupCommit


class Disk:
    """Keeps what is written once it is let; tells how the rows came."""

    def __init__(self) -> None:
        self.transactions: list[list[str]] = []
        self.is_away = False
        self.was_asked = asyncio.Event()
        self.may_write = asyncio.Event()

    async def write(self, rows) -> list[bool]:
        self.transactions.append(list(rows))
        self.was_asked.set()
        await self.may_write.wait()
        if self.is_away:
            raise DatabaseUnavailable("away")
        if "bad" in rows:
            raise ValueError("bad")
        return [row != "known" for row in rows]


async def _put_all(disk: Disk, *rows: str) -> list[bool | BaseException]:
    """Put the rows one right after another, while the first one's transaction is under way."""
    line = GroupCommit(disk.write)
    first = asyncio.create_task(line.put("first"))
    await disk.was_asked.wait()
    others = [asyncio.create_task(line.put(row)) for row in rows]
    await asyncio.sleep(0)
    assert not first.done()
    disk.may_write.set()
    await first
    return await asyncio.gather(*others, return_exceptions=True)


async def test_rows_that_wait_are_committed_together_and_each_learns_whether_it_was_new():
    disk = Disk()

    assert await _put_all(disk, "one", "known", "two") == [True, False, True]
    assert disk.transactions == [["first"], ["one", "known", "two"]]


async def test_a_row_that_cannot_be_written_costs_no_other_its_place():
    disk = Disk()

    one, bad, two = await _put_all(disk, "one", "bad", "two")

    assert (one, two) == (True, True)
    assert isinstance(bad, ValueError)


async def test_a_database_that_is_away_is_asked_once_and_fails_everybody_who_waits():
    disk = Disk()
    line = GroupCommit(disk.write)
    disk.is_away = True
    disk.may_write.set()

    outcomes = await asyncio.gather(*(line.put(str(number)) for number in range(3)), return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [DatabaseUnavailable] * 3
    assert len(disk.transactions) == 1

    disk.is_away = False
    assert await line.put("later")


async def test_somebody_who_stops_waiting_leaves_the_others_theirs():
    disk = Disk()
    line = GroupCommit(disk.write)
    impatient, patient = asyncio.create_task(line.put("one")), asyncio.create_task(line.put("two"))
    await disk.was_asked.wait()

    impatient.cancel()
    disk.may_write.set()

    assert await patient
    with pytest.raises(asyncio.CancelledError):
        await impatient
