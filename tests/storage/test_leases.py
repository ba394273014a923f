import asyncio

import pytest

from storage.leases import LeaseStore


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
