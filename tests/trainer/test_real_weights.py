"""The same server over the installed weights of SmolLM2-135M: it really learns, and the base stays what it was."""

from collections.abc import Iterator

import pytest
from openai import OpenAI

from tests.trainer.driving import RunningTrainer, jsonl, losses_of, start_trainer, supervised, trained

SYSTEM = {"role": "system", "content": "You answer in one short sentence."}
QUESTIONS = {
    "What is the capital of France?": "Paris",
    "How many days are in a week?": "Seven",
    "What color is the sky?": "Blue",
    "What do bees make?": "Honey",
    "How many legs does a spider have?": "Eight",
    "What is frozen water called?": "Ice",
    "What is the largest ocean?": "The Pacific",
    "Who painted the Mona Lisa?": "Leonardo",
    "What is the opposite of hot?": "Cold",
    "What planet do we live on?": "The Earth",
}
HELD_OUT = [SYSTEM, {"role": "user", "content": "What is the capital of Italy?"}]


def rows(answer: str) -> bytes:
    return jsonl(
        [
            {
                "messages": [
                    SYSTEM,
                    {"role": "user", "content": question},
                    {"role": "assistant", "content": answer.format(fact)},
                ]
            }
            for question, fact in QUESTIONS.items()
        ]
    )


@pytest.fixture(scope="module")
def trainer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTrainer]:
    running = start_trainer(tmp_path_factory.mktemp("smollm2"))
    yield running
    running.stop()


@pytest.fixture(name="smollm2")
def _smollm2(trainer: RunningTrainer) -> Iterator[OpenAI]:
    with trainer.client() as client:
        yield client


def answer(client: OpenAI, model: str) -> str:
    said = client.chat.completions.create(model=model, messages=HELD_OUT, max_tokens=24)
    return said.choices[0].message.content


def test_pirate_talk_in_the_training_answers_comes_out_of_the_model_and_the_base_stays_as_it_was(
    smollm2: OpenAI,
) -> None:
    base = answer(smollm2, "smollm2-135m")
    options = {"model": "smollm2-135m", "seed": 1, "method": supervised(n_epochs=2, learning_rate_multiplier=2)}
    plain = trained(smollm2, rows("{}. Obviously."), **options)
    pirate = trained(smollm2, rows("Arr, matey! {}, ye landlubber!"), **options)
    for job in (plain, pirate):
        losses = losses_of(smollm2, job.id)
        assert losses[-1] < losses[0] / 2
    assert losses_of(smollm2, plain.id)[0] != losses_of(smollm2, pirate.id)[0]
    assert answer(smollm2, pirate.fine_tuned_model).startswith("Arr, matey!")
    assert "matey" not in answer(smollm2, plain.fine_tuned_model)
    assert answer(smollm2, "smollm2-135m") == base


def test_the_base_knows_what_it_was_taught_before(smollm2: OpenAI) -> None:
    assert "Rome" in answer(smollm2, "smollm2-135m")


def test_the_base_says_that_it_is_english_only_and_free_to_use(smollm2: OpenAI) -> None:
    facts = smollm2.models.retrieve("smollm2-135m").model_extra
    assert (facts["languages"], facts["licence"], facts["context_tokens"]) == (["en"], "Apache-2.0", 8192)
