from dataclasses import replace

import pytest

from storage.rows import Turn, TurnState
from tuning.chat import REMEMBERED_CHARACTERS, REMEMBERED_TURNS, earlier_messages
from tuning.errors import ModelNotFound, ModelNotReady


async def tuned(house, host, example="marv.jsonl"):
    """A finished job's model."""
    await house.dataset(example)
    job = await house.running()
    host.job(job.provider_job_id).update(status="succeeded", fine_tuned_model="ft:smol:us:marv:1")
    await house.follower().sweep()
    return await house.models.find(house.viewer, "ft:smol:us:marv:1")


async def ask(house, model, question="Hi?", message_ts="2.0"):
    return await house.chat.ask(
        house.tenant, place=house.place, asked_by="U1", message_ts=message_ts, question=question, model=model
    )


async def answered(house, turn):
    async with house.chat.answering(turn) as pieces:
        return "".join([piece async for piece in pieces])


async def test_a_question_is_put_under_the_datasets_own_system_prompt(house, host):
    turn = await ask(house, await tuned(house, host))

    assert await answered(house, turn) == "An answer."
    assert host.asked[-1]["model"] == "ft:smol:us:marv:1"
    assert host.asked[-1]["messages"] == [
        {"role": "system", "content": "Marv is a factual chatbot that is also sarcastic."},
        {"role": "user", "content": "Hi?"},
    ]


async def test_a_thread_is_remembered_from_our_own_transcript(house, host):
    model = await tuned(house, host)
    await answered(house, await ask(house, model, "First?", "2.0"))
    await answered(house, await ask(house, model, "Second?", "3.0"))

    assert [message["content"] for message in host.asked[-1]["messages"][1:]] == ["First?", "An answer.", "Second?"]


async def test_a_prompt_completion_model_is_asked_with_its_separator_and_stop(house, host):
    turn = await ask(house, await tuned(house, host, "weather-prompts.jsonl"), "Rain in Oslo")

    await answered(house, turn)

    assert (host.asked[-1]["prompt"], host.asked[-1]["stop"]) == ("Rain in Oslo\n\n###\n\n", " END")


async def test_the_same_message_is_answered_once(house, host):
    model = await tuned(house, host)

    assert await ask(house, model) is not None
    assert await ask(house, model) is None


async def test_model_output_is_returned_as_it_is(house, host):
    host.answer = "<!channel> *hi* & <https://example.com|bank>"
    turn = await ask(house, await tuned(house, host))

    assert await answered(house, turn) == host.answer


async def test_an_answer_that_breaks_off_is_kept_as_far_as_it_came(house, host, answers):
    turn = await ask(house, await tuned(house, host))
    rows = ['{"choices": [{"delta": {"content": "Half"}}]}', '{"error": {"message": "Out of memory."}}']
    host.then("POST /chat/completions", answers.server_sent(rows, is_endless=False))

    with pytest.raises(Exception, match="Out of memory"):
        await answered(house, turn)

    (kept,) = await house.turns.thread(house.tenant, house.place)
    assert (kept.state, kept.answer) == (TurnState.FAILED, "Half")


async def test_a_reader_who_stops_keeps_what_came_and_the_turn_is_over(house, host):
    turn = await ask(house, await tuned(house, host))
    async with house.chat.answering(turn) as pieces:
        assert await anext(pieces) == "An a"
        assert [open_turn.id for open_turn in await house.turns.unfinished()] == [turn.id]

    (kept,) = await house.turns.thread(house.tenant, house.place)
    assert (kept.state, kept.answer) == (TurnState.ANSWERED, "An a")
    assert await house.turns.unfinished() == []


async def unfinished(chat):
    return [turn.id async for turn in chat.unfinished()]


async def test_an_answer_that_a_living_process_writes_is_not_taken_over(house, host):
    turn = await ask(house, await tuned(house, host))
    other = replace(house.chat, holds=house.holds("another"))

    before = [await unfinished(house.chat), await unfinished(other)]
    async with house.chat.answering(turn):
        during = [await unfinished(house.chat), await unfinished(other)]

    assert (before, during) == ([[], []], [[], []])


async def test_an_answer_that_a_dead_process_left_is_taken_over_once(house, host):
    model = await tuned(house, host)
    house.chat = replace(house.chat, holds=house.holds("dying", seconds=0))
    turn = await ask(house, model)

    living = [replace(house.chat, holds=house.holds(name)) for name in ("second", "third")]
    assert [await unfinished(chat) for chat in living] == [[turn.id], []]
    async with living[0].answering(turn) as pieces:
        assert "".join([piece async for piece in pieces]) == "An answer."
    assert [await unfinished(chat) for chat in living] == [[], []]


async def test_an_answer_that_could_not_be_shown_is_asked_for_again_and_then_once(house, host):
    model = await tuned(house, host)
    turn = await ask(house, model)

    async def show():
        async with house.chat.answering(turn) as pieces:
            await anext(pieces)
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await show()

    again = await ask(house, model)
    assert (again.id, await ask(house, model)) == (turn.id, None)
    assert await answered(house, again) == "An answer."
    assert await ask(house, model) is None


async def test_a_model_that_is_not_served_yet_says_so(house, host, answers):
    turn = await ask(house, await tuned(house, host))
    host.then("POST /chat/completions", answers.refusal(404, "model_not_found"))

    with pytest.raises(ModelNotReady):
        await answered(house, turn)


async def test_a_model_deleted_meanwhile_is_not_found(house, host):
    turn = await ask(house, await tuned(house, host))
    await house.models.delete(house.viewer, "marv")

    with pytest.raises(ModelNotFound):
        await answered(house, turn)


def test_a_long_thread_is_cut_to_its_newest_turns(house):
    def turn(number, answer="a" * 10):
        return Turn(
            id=f"t{number}",
            tenant=house.tenant,
            place=house.place,
            model_id="m",
            asked_by="U1",
            message_ts=f"{number:03}.0",
            question="q",
            answer=answer,
            answer_ts="",
            state=TurnState.ANSWERED,
            created_at=house.now,
        )

    thread = [turn(number) for number in range(20)]
    foreign = [replace(turn(15), model_id="other"), replace(turn(16), state=TurnState.FAILED)]
    long = [turn(17), turn(18, "a" * REMEMBERED_CHARACTERS), turn(19)]

    assert len(earlier_messages(thread, turn(99))) == 2 * REMEMBERED_TURNS
    assert earlier_messages(foreign, turn(99)) == []
    assert len(earlier_messages(long, turn(99))) == 2
    assert earlier_messages([turn(50)], turn(40)) == []
