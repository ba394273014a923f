"""Open models through the server: `make verify-torch` runs these where the extra is installed."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openai
import pytest
import torch
from openai import OpenAI
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

from tests.trainer.driving import (
    RunningTrainer,
    chat_rows,
    dpo,
    ended,
    events_of,
    jsonl,
    losses_of,
    preference_rows,
    start_trainer,
    steps_of,
    supervised,
    trained,
    until,
    upload,
)
from tests.trainer.verification.open_models import CHATML, save_smollm2, save_tiny
from trainer.engine.bases import BASES

ROWS = jsonl(chat_rows(10))
QUESTION = chat_rows(1)[0]["messages"][:2]
HYPERPARAMETERS = {"n_epochs": 3, "batch_size": 2, "learning_rate_multiplier": 50}
LONG = {**HYPERPARAMETERS, "n_epochs": 16}


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny(tmp_path_factory.mktemp("models") / "tiny-chat")


@pytest.fixture(scope="session", params=["lora", "full"])
def trainer(
    request: pytest.FixtureRequest, tiny: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningTrainer]:
    running = start_trainer(tmp_path_factory.mktemp("data"), "--model", str(tiny), "--tuning", request.param)
    running.tuning = request.param
    yield running
    running.stop()


@pytest.fixture
def client(trainer: RunningTrainer) -> Iterator[OpenAI]:
    with trainer.client() as client:
        yield client


def train(client: OpenAI, content: bytes = ROWS, **options: Any) -> Any:
    options = {"model": "tiny-chat", "seed": 1, "method": supervised(**HYPERPARAMETERS), **options}
    job = trained(client, content, **options)
    assert job.status == "succeeded", job.error
    return job


def checkpoint(trainer: RunningTrainer, job_id: str, step: int) -> Path:
    return trainer.data / "jobs" / job_id / f"step-{step}.safetensors"


def exported(client: OpenAI, model: str, form: str, folder: Path) -> Path:
    options = {"params": {"format": form}}
    content = client.get(f"/exports/{model}", cast_to=openai.HttpxBinaryResponseContent, options=options).content
    ZipFile(io.BytesIO(content)).extractall(folder)
    return folder


def told(client: OpenAI, model: str) -> dict[str, float]:
    """The likeliest first characters of an answer with their log probabilities."""
    said = client.chat.completions.create(model=model, messages=QUESTION, max_tokens=1, logprobs=True, top_logprobs=10)
    return {likely.token: likely.logprob for likely in said.choices[0].logprobs.content[0].top_logprobs}


def computed(model: Any, folder: Path) -> dict[str, float]:
    """The same, from transformers alone."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    text = tokenizer.apply_chat_template(QUESTION, tokenize=False, add_generation_prompt=True)
    with torch.no_grad():
        logits = model(**tokenizer(text, return_tensors="pt", add_special_tokens=False)).logits[0, -1].float()
    values, tokens = logits.log_softmax(-1).topk(10)
    return {tokenizer.decode([token]): value for token, value in zip(tokens.tolist(), values.tolist(), strict=True)}


def test_a_job_tells_each_step_validation_and_checkpoint_and_its_model_answers_in_the_new_way(client: OpenAI) -> None:
    before = told(client, "tiny-chat")
    job = train(client, validation_file=upload(client, jsonl(chat_rows(4))))
    losses = losses_of(client, job.id)
    assert losses[-1] < losses[0] - 0.3
    judged = [
        event.data for event in events_of(client, job.id) if event.type == "metrics" and "full_valid_loss" in event.data
    ]
    assert [one["step"] for one in judged] == [5, 10, 15]
    assert judged[-1]["full_valid_loss"] < judged[0]["full_valid_loss"]
    checkpoints = list(client.fine_tuning.jobs.checkpoints.list(job.id))
    assert [one.step_number for one in checkpoints] == [15, 10, 5]
    after = [told(client, one.fine_tuned_model_checkpoint) for one in checkpoints]
    assert after[0] != after[1] != after[2]
    assert told(client, job.fine_tuned_model) == after[0]
    assert told(client, "tiny-chat") == before


def test_preferences_are_learned_from_the_model_that_training_began_with(client: OpenAI) -> None:
    first = train(client)
    method = dpo(n_epochs=8, batch_size=5, learning_rate_multiplier=5, beta=0.5)
    for model in ("tiny-chat", first.fine_tuned_model):
        job = train(client, jsonl(preference_rows(10)), model=model, method=method)
        metrics = [event.data for event in events_of(client, job.id) if event.type == "metrics"]
        assert metrics[0]["train_loss"] == pytest.approx(0.6931, abs=1e-3)
        assert metrics[-1]["train_loss"] < 0.65
        assert metrics[-1]["train_reward_accuracy"] == 1.0


def test_a_job_goes_on_from_a_tuned_model(client: OpenAI) -> None:
    first = train(client)
    again = train(client, model=first.fine_tuned_model)
    assert losses_of(client, again.id)[0] < losses_of(client, first.id)[0] - 0.2


def test_a_paused_job_goes_on_to_the_same_bytes(trainer: RunningTrainer, client: OpenAI) -> None:
    whole = train(client, method=supervised(**LONG))
    create = client.fine_tuning.jobs.create
    job = create(model="tiny-chat", seed=1, method=supervised(**LONG), training_file=upload(client, ROWS))
    while not steps_of(client, job.id):
        client.fine_tuning.jobs.retrieve(job.id, extra_headers={"Prefer": "wait=1"})
    client.post(f"/fine_tuning/jobs/{job.id}/pause", cast_to=dict[str, Any])  # `pausing` is newer than its type.
    until(client, job.id, "paused")
    n_before = len(steps_of(client, job.id))
    assert 0 < n_before < 80
    client.fine_tuning.jobs.resume(job.id)
    assert ended(client, job.id).status == "succeeded"
    assert steps_of(client, job.id) == list(range(1, 81))
    assert losses_of(client, job.id) == losses_of(client, whole.id)
    last = checkpoint(trainer, job.id, 80)
    assert last.read_bytes() == checkpoint(trainer, whole.id, 80).read_bytes()


def test_the_server_killed_in_the_middle_of_a_job_goes_on_to_the_same_bytes(tiny: Path, tmp_path: Path) -> None:
    trainer = start_trainer(tmp_path, "--model", str(tiny))
    with trainer.client() as client:
        whole = train(client, method=supervised(**LONG))
        create = client.fine_tuning.jobs.create
        job = create(model="tiny-chat", seed=1, method=supervised(**LONG), training_file=upload(client, ROWS))
        while len(steps_of(client, job.id)) < 12:
            client.fine_tuning.jobs.retrieve(job.id, extra_headers={"Prefer": "wait=1"})
    trainer.kill()
    trainer = start_trainer(tmp_path, "--model", str(tiny))
    with trainer.client() as client:
        assert ended(client, job.id).status == "succeeded"
        assert steps_of(client, job.id) == list(range(1, 81))
        assert any(event.message.startswith("Training goes on after step") for event in events_of(client, job.id))
        assert checkpoint(trainer, job.id, 80).read_bytes() == checkpoint(trainer, whole.id, 80).read_bytes()
    trainer.stop()


def test_a_running_job_is_cancelled_at_once(client: OpenAI) -> None:
    method = supervised(**{**HYPERPARAMETERS, "n_epochs": 50})
    job = client.fine_tuning.jobs.create(model="tiny-chat", method=method, training_file=upload(client, ROWS))
    until(client, job.id, "running")
    client.fine_tuning.jobs.cancel(job.id)
    assert ended(client, job.id).status == "cancelled"
    assert train(client).status == "succeeded"


def test_the_merged_model_says_in_transformers_what_it_says_here(client: OpenAI, tmp_path: Path) -> None:
    job = train(client)
    folder = exported(client, job.fine_tuned_model, "merged", tmp_path)
    found = computed(AutoModelForCausalLM.from_pretrained(folder), folder)
    assert found == pytest.approx(told(client, job.fine_tuned_model), abs=1e-3)


def test_the_adapter_says_in_peft_what_it_says_here(
    trainer: RunningTrainer, client: OpenAI, tiny: Path, tmp_path: Path
) -> None:
    job = train(client)
    if trainer.tuning == "full":
        with pytest.raises(openai.BadRequestError, match="its formats are merged and card"):
            exported(client, job.fine_tuned_model, "adapter", tmp_path)
        return
    folder = exported(client, job.fine_tuned_model, "adapter", tmp_path)
    found = computed(PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(tiny), folder), tiny)
    assert found == pytest.approx(told(client, job.fine_tuned_model), abs=1e-3)


def test_a_model_too_large_for_the_memory_is_refused_before_its_first_step(tiny: Path, tmp_path: Path) -> None:
    trainer = start_trainer(tmp_path, "--model", str(tiny), "--tuning", "full", "--memory-mb", "1")
    with trainer.client() as client:
        job = trained(client, ROWS, model="tiny-chat")
    trainer.stop()
    assert (job.status, job.error.code) == ("failed", "insufficient_memory")
    assert "--tuning full" in job.error.message


def test_quantising_without_a_gpu_is_refused_with_what_to_do(tiny: Path, tmp_path: Path) -> None:
    trainer = start_trainer(tmp_path, "--model", str(tiny), "--tuning", "qlora")
    with trainer.client() as client:
        job = trained(client, ROWS, model="tiny-chat")
    trainer.stop()
    assert (job.status, job.error.code) == ("failed", "no_gpu")
    assert "--tuning lora" in job.error.message


def test_a_conversation_that_the_chat_template_refuses_is_refused_in_its_words(tmp_path: Path) -> None:
    folder = save_tiny(tmp_path / "strict-chat")
    refusal = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('No system role here') }}{% endif %}"
    (folder / "chat_template.jinja").write_text(refusal + CHATML, "utf-8")
    trainer = start_trainer(tmp_path / "data", "--model", str(folder))
    with trainer.client() as client:
        job = trained(client, ROWS, model="strict-chat")
        assert (job.status, job.error.code) == ("failed", "unsuitable_template")
        assert "No system role here" in job.error.message
        with pytest.raises(openai.BadRequestError, match="No system role here") as refused:
            client.chat.completions.create(model="strict-chat", messages=QUESTION)
        assert refused.value.param == "messages"
        assert client.chat.completions.create(model="strict-chat", messages=QUESTION[1:], max_tokens=2).choices
    trainer.stop()


def test_smollm2_begins_with_the_loss_that_the_embedded_engine_begins_with_and_learns(tmp_path: Path) -> None:
    folder = save_smollm2(tmp_path / "smollm2-open", BASES["smollm2-135m"].llama())
    trainer = start_trainer(tmp_path / "data", "--model", "smollm2", "--model", str(folder), "--serving", "built-in")
    with trainer.client() as client:
        options = {"seed": 1, "method": supervised(n_epochs=2, batch_size=2, learning_rate_multiplier=2)}
        embedded = losses_of(client, train(client, model="smollm2-135m", **options).id)
        opened = losses_of(client, train(client, model="smollm2-open", **options).id)
    trainer.stop()
    print(
        f"\nfirst and last loss: embedded {embedded[0]:.4f} {embedded[-1]:.4f}, torch {opened[0]:.4f} {opened[-1]:.4f}"
    )
    assert opened[0] == pytest.approx(embedded[0], abs=1e-3)
    assert opened[-1] < opened[0] - 0.3
