from dataclasses import replace
from decimal import Decimal

import pytest

from storage.changes import ChangeStore
from storage.moves import MoveStore
from storage.rows import ChangeKind, Move, MoveState, NewChange, Sample


@pytest.fixture
def store(database) -> MoveStore:
    return MoveStore(database)


@pytest.fixture
def move(tenant, place, now):
    return Move("move_1", tenant, "ft:old", "U1", place, "trainer", "smol", now, now)


async def test_a_move_is_kept_once_and_is_open_until_it_waits_for_somebody_or_is_over(
    store, tenant, other_tenant, move
):
    await store.add(move)
    assert await store.add(replace(move, owner_id="U2")) == move
    assert await store.open() == [move]
    assert await store.of_model(tenant, "ft:old") == await store.recent(tenant) == [move]
    assert await store.get(other_tenant, move.id) is None

    waiting = replace(move, state=MoveState.NEEDS_PROMPTS, error_code="file_gone", error_parameters={"a": 1})
    assert await store.advance(move, waiting) == await store.get(tenant, move.id) == waiting
    assert await store.open() == []


async def test_of_two_who_advance_a_move_the_second_changes_nothing_and_tells_nothing(store, database, tenant, move):
    await store.add(move)
    told = NewChange(ChangeKind.MILESTONE, "move:move_1:starting")
    await store.advance(move, replace(move, state=MoveState.STARTING), [told])

    late = await store.advance(move, replace(move, state=MoveState.FAILED), [replace(told, key="move:move_1:failed")])

    assert late is None
    assert (await store.get(tenant, move.id)).state is MoveState.STARTING
    assert [(one.subject, one.key) for one in await ChangeStore(database).waiting()] == [("move:move_1", told.key)]


async def test_an_answer_takes_the_place_of_what_it_might_have_cost_and_is_forgotten_without_its_cost(
    store, tenant, move
):
    await store.add(move)
    asked = Sample(tenant, move.id, 0, Decimal("0.5"))
    await store.put_sample(asked)
    await store.put_sample(replace(asked, cost=Decimal("0.01"), answer="Hi.", is_whole=True))
    assert await store.samples(move) == [Sample(tenant, move.id, 0, Decimal("0.01"), "Hi.", is_whole=True)]

    await store.forget_answers(move)

    assert [(one.answer, one.cost) for one in await store.samples(move)] == [(None, Decimal("0.01"))]
