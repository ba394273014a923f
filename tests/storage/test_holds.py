import asyncio

import pytest

from storage.holds import Holds
from storage.leases import LeaseStore


@pytest.fixture
def hold(database):
    def hold(owner, seconds=30):
        return Holds(LeaseStore(database), "turn:", owner, seconds)

    return hold


async def test_of_many_tasks_and_processes_one_takes_the_work(hold):
    holds = [hold(f"process {number}") for number in range(3)]

    taken = await asyncio.gather(*(one.take("turn_1") for one in holds * 2))

    assert sorted(taken) == [False] * 5 + [True]


async def test_what_is_given_back_can_be_taken_at_once(hold):
    first, second = hold("first"), hold("second")
    await first.take("turn_1")
    async with first.kept("turn_1"):
        assert not await second.take("turn_1")

    assert await second.take("turn_1")
    assert not await first.take("turn_1")


async def test_a_failure_in_the_work_gives_it_back(hold):
    first, second = hold("first"), hold("second")
    await first.take("turn_1")

    async def fail():
        async with first.kept("turn_1"):
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await fail()
    assert await second.take("turn_1")


async def test_what_a_dead_process_held_can_be_taken(hold):
    assert await hold("dying", seconds=0).take("turn_1")
    assert await hold("living").take("turn_1")
