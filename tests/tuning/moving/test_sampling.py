"""A model whose training file is gone: it answers the team's own prompts, for a price that was agreed to."""

import asyncio
import json
from decimal import Decimal

import pytest

from storage.rows import DatasetFormat, MoveState
from tests.tuning.moving.conftest import OLD, offered
from tuning.errors import MoveDecided, TermsUnaccepted
from tuning.moving.results import cost_of
from tuning.moving.words import told_comparison


async def test_where_the_file_is_gone_the_old_model_answers_the_team_s_prompts_within_the_budget(
    moving_house, host, old_host
):
    house = moving_house()
    old_host.files = []
    old = await house.old_model()
    version = await house.prompts()
    move = await house.moved(await house.moving.begin(house.viewer, old.id, "trainer", "smol"))
    assert (move.state, old_host.asked) == (MoveState.NEEDS_PROMPTS, [])

    with pytest.raises(TermsUnaccepted):
        await house.moving.offer(house.viewer, move.id, offered(version, 5, accepted=False))
    assert (await house.moved(move)).state is MoveState.NEEDS_PROMPTS

    # A prompt of 17 bytes and an answer of at most 800 tokens cost up to $0.00258 at $0.80 and $3.20 a million.
    await house.moving.offer(house.viewer, move.id, offered(version, "0.0108"))
    move = await house.moved(move)
    spent = sum(sample.cost for sample in await house.moves.samples(move))
    assert (move.state, move.error_code, len(old_host.asked)) == (MoveState.FAILED, "budget_spent_usd", 4)
    assert spent <= Decimal("0.0108")

    await house.moving.again(house.viewer, move.id)
    move = await house.moved(move)
    await house.moving.offer(house.viewer, move.id, offered(version, 5))
    await house.moved(move)
    move = await house.moved(move)
    assert (move.state, len(old_host.asked)) == (MoveState.TRAINING, 12)
    assert len({json.dumps(body["messages"]) for body in old_host.asked}) == 12
    assert {body["model"] for body in old_host.asked} == {OLD}
    made = await house.dataset_store.version(house.tenant, move.version_id)
    assert (made.origin, made.examples, made.lineage["terms_accepted_by"]) == ("sample", 12, "U1")
    assert [sample.answer for sample in await house.moves.samples(move)] == [None] * 12
    audits = [audit.action for audit in await house.audits.recent(house.tenant)]
    assert audits.count("accept_terms") == 2


async def test_an_answer_is_bought_once_however_often_the_mover_is_killed(moving_house, old_host, answers):
    house = moving_house()
    old_host.files = []
    old = await house.old_model()
    version = await house.prompts(25)
    move = await house.moved(await house.moving.begin(house.viewer, old.id, "trainer", "smol"))
    await house.moving.offer(house.viewer, move.id, offered(version, 5))
    old_host.answer = lambda body: f"Well: {body['messages'][-1]['content']}"
    old_host.then("POST /chat/completions", *[None] * 3, is_done_first=True)
    old_host.then("POST /chat/completions", answers.refusal(503))

    for _ in range(6):
        house.later(60)
        house.mover = house.another_mover()
        move = await house.moved(move)

    texts = [body["messages"][-1]["content"] for body in old_host.asked]
    assert move.state is MoveState.TRAINING
    assert (len(texts), len(set(texts))) == (25, 25)
    costs = sorted(sample.cost for sample in await house.moves.samples(move))
    assert costs[-1] == 2 * costs[0]  # One broke off, and counts as if it had been billed.
    assert costs[-2] < costs[-1]


async def test_a_mover_that_is_told_to_stop_hears_the_answer_it_waits_for_and_asks_nothing_more(moving_house, old_host):
    house = moving_house()
    old_host.files = []
    old = await house.old_model()
    move = await house.moved(await house.moving.begin(house.viewer, old.id, "trainer", "smol"))
    await house.moving.offer(house.viewer, move.id, offered(await house.prompts(), 5))
    stop = asyncio.Event()

    def last_answer(body):
        stop.set()
        return f"Well: {body['messages'][-1]['content']}"

    old_host.answer = last_answer
    await house.mover.run(stop)

    samples = await house.moves.samples(move)
    assert [sample.answer for sample in samples] == ["Well: Prompt number 0?"]
    assert (await house.moves.get(house.tenant, move.id)).state is MoveState.SAMPLING
    assert await house.leases.acquire("mover", "another", 30)


async def test_whoever_declines_the_note_buys_nothing_and_the_move_ends_with_a_sentence(moving_house, old_host):
    house = moving_house()
    old_host.files = []
    old = await house.old_model()
    move = await house.moved(await house.moving.begin(house.viewer, old.id, "trainer", "smol"))

    await house.moving.decline(house.viewer, move.id)

    move = await house.moved(move)
    assert (move.state, move.error_code, old_host.asked) == (MoveState.FAILED, "move_declined", [])
    with pytest.raises(MoveDecided):
        await house.moving.offer(house.viewer, move.id, offered(await house.prompts(), 5))


async def test_a_model_of_pairs_completes_the_prompts_and_its_answers_become_pairs(moving_house, old_host):
    house = moving_house()
    old_host.files = []
    old_host.jobs[0] |= {"model": "davinci-002", "fine_tuned_model": "ft:davinci-002:us:tone:abc"}
    old_host.answer = lambda body: f" Well: {body['prompt']}"
    await house.account.import_job(house.viewer, "openai", "ftjob-old", house.open_place)
    move = await house.moved(await house.moving.begin(house.viewer, "ft:davinci-002:us:tone:abc", "trainer", "smol"))
    await house.moving.offer(house.viewer, move.id, offered(await house.prompts(), 5))
    await house.moved(move)

    move = await house.moved(move)

    assert (move.state, set(old_host.calls) & {"POST /chat/completions"}) == (MoveState.TRAINING, set())
    made = await house.dataset_store.version(house.tenant, move.version_id)
    rows = [json.loads(row) for row in (await house.files.path(made.sha256)).read_text().splitlines()]
    assert made.format is DatasetFormat.PROMPT_COMPLETION
    assert rows[0] == {"prompt": "Prompt number 0?", "completion": " Well: Prompt number 0?"}
    assert len(rows) == 12


async def test_the_comparison_s_questions_are_paid_out_of_the_same_budget(moving_house, host, old_host):
    house = moving_house()
    old_host.files = []
    old = await house.old_model()
    move = await house.moved(await house.moving.begin(house.viewer, old.id, "trainer", "smol"))
    old_host.answer = lambda body: f"Well: {body['messages'][-1]['content']}"
    # Twenty answers for training take $0.0516 at the most, and one of 300 tokens another $0.00098.
    await house.moving.offer(house.viewer, move.id, offered(await house.prompts(20), "0.053"))
    await house.moved(move)
    move = await house.moved(move)
    await house.trained(host, move)

    move = await house.moved(move)

    assert (move.state, len(old_host.asked), len(move.comparison["questions"])) == (MoveState.DONE, 21, 1)
    told = told_comparison(house.texts, "en", move.comparison)
    assert told[-1] == "The budget ended after 1 of 4 questions, so the rest was not asked."
    assert told[-2] == "These answers have cost: old less than $0.01, new free."
    spent = sum(sample.cost for sample in await house.moves.samples(move)) + cost_of(move.comparison, "old")
    assert Decimal("0.0525") < spent <= Decimal("0.053")
