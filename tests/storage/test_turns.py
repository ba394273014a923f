import asyncio
from dataclasses import replace

import pytest

from storage.rows import TurnState
from storage.turns import TurnStore


@pytest.fixture
def store(database) -> TurnStore:
    return TurnStore(database)


async def test_a_message_is_claimed_by_one_turn_however_many_events_bring_it(store, tenant, a_turn, place):
    claimed = await asyncio.gather(*(store.ask(a_turn(f"turn_{n}")) for n in range(6)))

    assert sorted(claimed) == [False] * 5 + [True]
    assert len(await store.thread(tenant, place)) == 1


async def test_a_question_is_taken_by_one_and_again_when_it_is_given_back(store, a_turn):
    await store.ask(a_turn())
    taken = await asyncio.gather(*(store.claim(a_turn()) for _ in range(6)))
    assert sorted(taken) == [False] * 5 + [True]

    await store.save(a_turn())
    assert [await store.claim(a_turn()), await store.claim(a_turn())] == [True, False]


async def test_an_answer_is_stored_as_it_grows(store, tenant, a_turn, place):
    await store.ask(a_turn())
    answered = replace(
        a_turn(), answer="Paris\0, as if everyone didn't know.", answer_ts="2.2", state=TurnState.ANSWERED
    )

    await store.save(answered)

    [turn] = await store.thread(tenant, place)
    assert turn == replace(answered, answer="Paris\ufffd, as if everyone didn't know.")


async def test_a_thread_is_read_from_its_beginning(store, tenant, a_turn, place):
    for second in (3, 1, 2):
        await store.ask(a_turn(f"turn_{second}", message_ts=f"176381280{second}.000100"))

    assert [turn.id for turn in await store.thread(tenant, place)] == ["turn_1", "turn_2", "turn_3"]


async def test_unfinished_are_the_questions_that_were_taken_and_lack_the_end_of_an_answer(store, a_turn):
    for number, state in enumerate(TurnState):
        turn = a_turn(f"turn_{number}", message_ts=f"{number}.1")
        await store.ask(turn)
        await store.save(replace(turn, state=state))

    assert [turn.state for turn in await store.unfinished()] == [TurnState.ANSWERING]


async def test_another_team_sees_nothing_and_answers_nothing(store, tenant, other_tenant, a_turn, place):
    await store.ask(a_turn())
    await store.save(a_turn(tenant=other_tenant, answer="not yours"))

    assert await store.thread(other_tenant, place) == []
    assert await store.thread(tenant, place) == [a_turn()]
    assert await store.ask(a_turn(tenant=other_tenant))
