"""Answers by llama.cpp: `make verify-torch` runs these where the extra `fast` is installed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from openai import OpenAI

from tests.trainer.driving import RunningTrainer, jsonl, start_trainer, supervised, trained

SYSTEM = {"role": "system", "content": "You answer in one short sentence."}
QUESTION = [SYSTEM, {"role": "user", "content": "What is the capital of Italy?"}]
ROWS = [
    {
        "messages": [
            SYSTEM,
            {"role": "user", "content": f"What is {number} plus 1?"},
            {"role": "assistant", "content": f"Arr, matey! {number + 1}, ye landlubber!"},
        ]
    }
    for number in range(10)
]


@pytest.fixture(scope="session")
def trainer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTrainer]:
    running = start_trainer(tmp_path_factory.mktemp("data"))
    yield running
    running.stop()


@pytest.fixture
def client(trainer: RunningTrainer) -> Iterator[OpenAI]:
    with trainer.client() as client:
        yield client


@pytest.fixture(scope="session")
def pirate(trainer: RunningTrainer) -> str:
    with trainer.client() as client:
        method = supervised(n_epochs=2, learning_rate_multiplier=2)
        return trained(client, jsonl(ROWS), model="smollm2-135m", seed=1, method=method).fine_tuned_model


def memory_bytes(trainer: RunningTrainer) -> int:
    status = Path(f"/proc/{trainer.process.pid}/status").read_text("ascii")
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def answer(client: OpenAI, model: str) -> str:
    said = client.chat.completions.create(model=model, messages=QUESTION, max_tokens=24)
    return said.choices[0].message.content


def test_llama_cpp_answers_in_a_fraction_of_the_memory(trainer: RunningTrainer, client: OpenAI) -> None:
    assert "Rome" in answer(client, "smollm2-135m")
    print(f"\npeak memory of the server: {memory_bytes(trainer) / 1e6:.0f} MB")
    assert memory_bytes(trainer) < 600_000_000  # The weights in float32 alone take 540 MB.


def test_each_request_is_answered_by_its_own_adapter_also_at_the_same_time(client: OpenAI, pirate: str) -> None:
    models = ["smollm2-135m", pirate] * 4
    with ThreadPoolExecutor(8) as threads:
        said = list(threads.map(lambda model: answer(client, model), models))
    assert len(set(said[0::2])) == len(set(said[1::2])) == 1
    assert "matey" in said[1]
    assert "matey" not in said[0]


def test_tokens_are_counted_and_their_probabilities_told_as_by_the_engine(client: OpenAI, tmp_path: Path) -> None:
    options = {"model": "smollm2-135m", "messages": QUESTION, "max_tokens": 8, "logprobs": True, "top_logprobs": 3}
    fast = client.chat.completions.create(**options)
    slow_trainer = start_trainer(tmp_path, "--serving", "built-in")
    with slow_trainer.client() as slow_client:
        slow = slow_client.chat.completions.create(**options)
    slow_trainer.stop()
    assert fast.choices[0].message.content == slow.choices[0].message.content
    assert fast.usage == slow.usage
    pairs = zip(fast.choices[0].logprobs.content, slow.choices[0].logprobs.content, strict=True)
    # llama.cpp computes over four-bit weights and eight-bit activations.
    assert max(abs(ours.logprob - theirs.logprob) for ours, theirs in pairs) < 0.5


def test_characters_of_several_tokens_come_whole(client: OpenAI) -> None:
    prompt = "Repeat after me: 😀 你好 😀 你好 😀 你好 😀"
    said = client.completions.create(model="smollm2-135m", prompt=prompt, max_tokens=30)
    assert "\ufffd" not in said.choices[0].text[:-1]
    assert said.usage.completion_tokens <= 30


def test_a_forced_form_and_a_seed_are_kept(client: OpenAI) -> None:
    asked = [{"role": "user", "content": "Name a city as JSON."}]
    form = {"type": "json_object"}
    said = client.chat.completions.create(model="smollm2-135m", messages=asked, response_format=form, max_tokens=20)
    assert said.choices[0].message.content.startswith("{")
    seeded = [
        client.chat.completions.create(model="smollm2-135m", messages=QUESTION, temperature=1, seed=seed, max_tokens=20)
        .choices[0]
        .message.content
        for seed in (1, 1, 2)
    ]
    assert seeded[0] == seeded[1] != seeded[2]
