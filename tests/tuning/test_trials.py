"""A prompt is tried on ten rows before anybody tunes."""

from dataclasses import asdict, replace

import pytest

from storage.trials import TrialStore
from tuning.access import Actor
from tuning.asking import Question
from tuning.errors import DatasetNotFound, NotAllowed
from tuning.trials.answers import TrialAnswers, prompted
from tuning.trials.trials import TrialDraft, Trials


@pytest.fixture(name="trials")
def _trials(house, tables):
    return Trials(TrialStore(tables), house.datasets, house.gateways, house.start_durable, house.clock)


@pytest.fixture(name="asked")
def _asked(house, trials):
    async def ask(example="marv.jsonl", model="smol", use="tone", trial_id="tr_1"):
        version = await house.dataset(example)
        provider = next(iter(house.gateways)).profile.name
        await trials.begin(house.viewer, trial_id, TrialDraft(version.id, provider, model, use, "Be kind."))
        answers = TrialAnswers(trials.store, house.datasets, house.gateways, house.pause, house.clock)
        await answers.ask(asdict(house.tenant), trial_id)
        return await trials.store.get(house.tenant, trial_id)

    return ask


async def test_ten_rows_are_asked_with_the_prompt_instead_of_their_own_instructions(host, asked):
    trial = await asked()

    assert len({row["question"] for row in trial.rows}) == len(host.asked) == 10
    for body, row in zip(host.asked, trial.rows, strict=True):
        system, question = body["messages"]
        assert (system, question["content"]) == ({"role": "system", "content": "Be kind."}, row["question"])
        assert row["answer"] == "An answer."
        assert row["expected"]
    assert {(body["model"], body["temperature"]) for body in host.asked} == {("smol", 0)}


async def test_prompt_completion_rows_are_asked_with_the_prompt_before_them(host, asked):
    await asked("weather-prompts.jsonl")

    assert all(body["prompt"].startswith("Be kind.\n\n") and body["stop"] == " END" for body in host.asked)


async def test_the_step_again_asks_only_what_has_no_answer_yet(house, host, trials, asked):
    trial = await asked()
    await trials.store.note(house.tenant, trial.id, {"rows": trial.rows[:7]})
    host.asked.clear()
    again = await asked()

    assert (len(host.asked), again.rows) == (3, trial.rows)


async def test_a_provider_that_refuses_ends_the_trial_with_a_sentence_beside_the_answers(host, asked, answers):
    host.then("POST /chat/completions", answers.refusal(400))

    trial = await asked()

    assert trial.rows == []
    assert trial.outcome["error_code"] == "provider_refused"


async def test_a_form_that_names_a_tuned_model_of_the_account_is_refused(host, asked):
    host.models.append({"id": "ft:smol:them:secret:1", "object": "model", "trainable": True})

    trial = await asked(model="ft:smol:them:secret:1")

    assert (host.asked, trial.outcome["error_code"]) == ([], "model_not_found")


async def test_marks_make_the_advice_and_belong_to_whoever_tried_the_prompt(house, trials, asked):
    trial = await asked()
    dataset = await house.datasets.of_version(house.tenant, trial.version_id)
    rules = [(await trials.advised(house.viewer, dataset)).plan.whether.rule]
    for row in range(10):
        await trials.mark(house.viewer, "tr_1", row, is_good=row != 4)
    rules.append((await trials.advised(house.viewer, dataset)).plan.whether.rule)
    await trials.mark(house.viewer, "tr_1", 5, is_good=False)
    rules.append((await trials.advised(house.viewer, dataset)).plan.whether.rule)

    assert rules == ["A101", "A102", "A103"]
    stranger = replace(house.viewer, actor=Actor("U2"))
    with pytest.raises(NotAllowed):
        await trials.mark(stranger, "tr_1", 0, is_good=True)
    with pytest.raises(DatasetNotFound):
        await trials.mark(replace(stranger, channel_id="C9"), "tr_1", 0, is_good=True)
    with pytest.raises(DatasetNotFound):
        await trials.mark(house.viewer, "tr_1", 10, is_good=True)


async def test_a_dataset_that_may_not_be_seen_here_is_not_asked(house, trials):
    version = await house.dataset()
    elsewhere = replace(house.viewer, actor=Actor("U2"), channel_id="C9")
    with pytest.raises(DatasetNotFound):
        await trials.begin(elsewhere, "tr_1", TrialDraft(version.id, "trainer", "smol", "", "Be kind."))
    assert house.started == []


async def test_what_asking_costs_is_known_before_it_is_asked(house, trials):
    version = await house.dataset()
    _, report = await house.datasets.report(house.tenant, version.id)

    assert [(one.model, one.usd) for one in await trials.askable(report)] == [("smol", 0)]


def test_other_turns_of_a_conversation_stay():
    turns = [
        {"role": "system", "content": "Old."},
        {"role": "user", "content": "1"},
        {"role": "assistant", "content": "2"},
    ]

    told = prompted(Question(messages=[*turns, {"role": "user", "content": "3"}]), "New.")

    assert [turn["content"] for turn in told.messages] == ["New.", "1", "2", "3"]
