import asyncio
from datetime import timedelta

import pytest

from storage.leases import Lease, LeaseStore


@pytest.fixture
def leases(database) -> LeaseStore:
    return LeaseStore(database)


async def test_only_one_of_many_gets_a_new_lease(leases):
    epochs = await asyncio.gather(*(leases.acquire("follower", f"process {n}", 30) for n in range(8)))

    assert sorted(epoch is None for epoch in epochs) == [False] + [True] * 7


async def test_only_one_of_many_gets_a_lease_that_ran_out(leases):
    await leases.acquire("follower", "dead", -1)

    epochs = await asyncio.gather(*(leases.acquire("follower", f"process {n}", 30) for n in range(8)))

    assert [epoch for epoch in epochs if epoch is not None] == [2]


async def test_renewing_keeps_the_epoch_and_changing_hands_raises_it(leases):
    assert await leases.acquire("follower", "first", 30) == 1
    assert await leases.acquire("follower", "first", -1) == 1
    assert await leases.acquire("follower", "second", 30) == 2
    assert await leases.acquire("follower", "first", 30) is None


async def test_a_released_lease_is_free_at_once_but_only_its_owner_releases_it(leases):
    await leases.acquire("follower", "first", 30)
    await leases.release("follower", "second")
    assert await leases.acquire("follower", "second", 30) is None

    await leases.release("follower", "first")
    assert await leases.acquire("follower", "second", 30) == 2


async def test_leases_of_different_names_have_nothing_to_do_with_each_other(leases):
    assert await leases.acquire("follower", "first", 30) == 1
    assert await leases.acquire("outbox", "second", 30) == 1


async def test_held_names_are_those_that_have_not_run_out(leases):
    await leases.acquire("executor:alive", "alive", 30)
    await leases.acquire("executor:dead", "dead", -1)
    await leases.acquire("follower", "alive", 30)

    assert await leases.held("executor:") == {"executor:alive"}
    await leases.forget("executor:")
    assert await leases.acquire("executor:dead", "new", 30) == 1
    assert await leases.acquire("executor:alive", "new", 30) is None


class Counting:
    """The store, with a count of how often it is asked."""

    def __init__(self, leases):
        self.leases, self.asked = leases, 0

    async def acquire(self, *arguments):
        self.asked += 1
        return await self.leases.acquire(*arguments)


@pytest.mark.parametrize(("later_seconds", "asked"), [(0, 1), (9.9, 1), (10, 2), (-1, 2)])
async def test_a_lease_is_renewed_once_a_third_of_its_time_has_passed(leases, now, later_seconds, asked):
    counting, moment = Counting(leases), [now]
    lease = Lease(counting, "outbox", "first", lambda: moment[0], seconds=30)
    assert await lease.is_held()
    moment[0] += timedelta(seconds=later_seconds)

    assert await lease.is_held()
    assert counting.asked == asked


async def test_a_lease_that_another_process_has_taken_is_no_longer_held(leases, now):
    moment = [now]
    lease = Lease(leases, "outbox", "first", lambda: moment[0], seconds=-1)
    other = Lease(leases, "outbox", "second", lambda: now)
    assert await lease.is_held()
    assert await other.is_held()

    assert not await lease.is_held()
    await other.release()
    assert await lease.is_held()
