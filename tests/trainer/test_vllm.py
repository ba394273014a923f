"""Answers by a vLLM server; here its documented routes are played by `vllm_routes`, since vLLM itself needs a GPU."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from openai import APIError, InternalServerError, OpenAI
from openai.types.chat import ChatCompletionTokenLogprob
from openai.types.chat.chat_completion_chunk import Choice

from tests.trainer.driving import RunningTrainer, chat_rows, jsonl, start_trainer, supervised, trained
from tests.trainer.vllm_routes import BASE, VllmRoutes
from trainer.files import Files
from trainer.models import Models
from trainer.plans import Plans
from trainer.store import Store

ASKED = [{"role": "user", "content": "Who are you?"}]


@pytest.fixture(scope="module")
def vllm() -> Iterator[VllmRoutes]:
    server = VllmRoutes()
    yield server
    server.close()


@pytest.fixture(scope="module")
def trainer(vllm: VllmRoutes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTrainer]:
    trainer = start_trainer(tmp_path_factory.mktemp("served"), "--model", "tiny", "--vllm", vllm.url)
    yield trainer
    trainer.stop()


@pytest.fixture
def asking(trainer: RunningTrainer) -> Iterator[OpenAI]:
    with trainer.client() as client:
        yield client


@pytest.fixture(scope="module")
def tuned(trainer: RunningTrainer) -> list[str]:
    """A tuned model and, of the same job, its first checkpoint."""
    with trainer.client() as client:
        job = trained(client, jsonl(chat_rows(10)), method=supervised(n_epochs=2, batch_size=5))
        checkpoints = client.fine_tuning.jobs.checkpoints.list(job.id).data
        return [str(job.fine_tuned_model), checkpoints[-1].fine_tuned_model_checkpoint]


def _told(choice: Choice) -> list[ChatCompletionTokenLogprob]:
    return (choice.logprobs and choice.logprobs.content) or []


def said(client: OpenAI, model: str) -> str:
    return client.chat.completions.create(model=model, messages=ASKED).choices[0].message.content or ""


def test_each_request_is_answered_by_its_own_adapter_loaded_once_and_again_after_a_restart(
    asking: OpenAI, vllm: VllmRoutes, tuned: list[str]
) -> None:
    vllm.calls.clear()
    assert said(asking, BASE) == BASE
    first, last = said(asking, tuned[1]), said(asking, tuned[0])
    assert (first.endswith("-step-2"), last.endswith("-step-4")) == (True, True)
    assert first.removesuffix("-step-2") == last.removesuffix("-step-4")
    assert said(asking, tuned[0]) == last
    assert vllm.calls.count("/v1/load_lora_adapter") == 2
    vllm.forget()
    assert said(asking, tuned[0]) == last
    assert vllm.calls.count("/v1/load_lora_adapter") == 3


def test_streams_stay_apart_and_tell_usage_and_log_probabilities(
    asking: OpenAI, vllm: VllmRoutes, tuned: list[str]
) -> None:
    def streamed(model: str) -> str:
        options = {"include_usage": True}
        stream = asking.chat.completions.create(
            model=model, messages=ASKED, stream=True, stream_options=options, logprobs=True, top_logprobs=2, seed=3
        )
        chunks = list(stream)
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        told = [one for chunk in chunks if chunk.choices for one in _told(chunk.choices[0])]
        assert [one.logprob for one in told] == [-0.5] * len(text)
        assert [one.logprob for one in told[0].top_logprobs] == [-0.5, -1.0]
        assert chunks[-1].usage
        assert chunks[-1].usage.completion_tokens == len(text) + 1  # the token that ends it
        return text

    models = [BASE, *tuned] * 5
    with ThreadPoolExecutor(15) as threads:
        answers = list(threads.map(streamed, models))
    assert answers == [said(asking, model) for model in models]
    assert {asked["seed"] for asked in vllm.asked if "seed" in asked} == {3}
    assert {(asked["top_k"], asked["repetition_penalty"]) for asked in vllm.asked} == {(-1, 1.0)}


def test_an_answer_ends_where_the_request_says(asking: OpenAI, tuned: list[str]) -> None:
    stopped = asking.chat.completions.create(model=BASE, messages=ASKED, stop="-r").choices[0]
    assert (stopped.message.content, stopped.finish_reason) == ("tiny", "stop")
    cut = asking.chat.completions.create(model=BASE, messages=ASKED, max_tokens=3).choices[0]
    assert (cut.message.content, cut.finish_reason) == ("tin", "length")


def test_a_deleted_model_is_taken_out_of_vllm_and_off_the_disk(
    asking: OpenAI, vllm: VllmRoutes, trainer: RunningTrainer
) -> None:
    model = str(trained(asking, jsonl(chat_rows(10)), method=supervised(n_epochs=1, batch_size=10)).fine_tuned_model)
    name = said(asking, model)
    folder = Path(vllm.adapters[name])
    assert folder.is_relative_to(trainer.data)
    asking.models.delete(model)
    assert name not in vllm.adapters
    assert not folder.exists()


def test_what_vllm_refuses_is_an_error_object_that_says_what_to_do(
    asking: OpenAI, vllm: VllmRoutes, tuned: list[str]
) -> None:
    vllm.forget()
    vllm.max_lora_rank = 4
    with pytest.raises(InternalServerError, match=r"LoRA rank 8 is greater.*--max-lora-rank") as refused:
        said(asking, tuned[0])
    assert (refused.value.status_code, refused.value.code) == (502, "adapter_refused")
    vllm.max_lora_rank, vllm.updates_at_runtime = 16, False
    with pytest.raises(InternalServerError, match="VLLM_ALLOW_RUNTIME_LORA_UPDATING=True"):
        asking.chat.completions.create(model=tuned[0], messages=ASKED, stream=True)
    vllm.updates_at_runtime, vllm.base = True, "another/model"
    with pytest.raises(InternalServerError, match=r"serves another/model, not .*tiny-random") as other:
        said(asking, BASE)
    assert other.value.code == "serving_other_base"
    vllm.base, vllm.breaks_off = BASE, True
    with pytest.raises(APIError, match="broke off in the middle of an answer"):
        list(asking.chat.completions.create(model=tuned[0], messages=ASKED, stream=True))
    vllm.breaks_off = False
    assert said(asking, tuned[0])


def test_a_vllm_that_is_away_is_named_with_the_ways_out(tmp_path: Path) -> None:
    vllm = VllmRoutes()
    vllm.close()
    trainer = start_trainer(tmp_path, "--model", "tiny", "--vllm", vllm.url)
    with trainer.client() as client, pytest.raises(InternalServerError, match=r"does not answer.*--vllm") as away:
        said(client, BASE)
    assert (away.value.status_code, away.value.code) == (503, "serving_unavailable")
    trainer.stop()


def test_the_key_of_vllm_is_read_from_the_environment_and_given_to_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vllm = VllmRoutes()
    vllm.key = "secret-of-vllm"
    monkeypatch.setenv("VLLM_API_KEY", "another")
    trainer = start_trainer(tmp_path / "refused", "--model", "tiny", "--vllm", vllm.url)
    with trainer.client() as client, pytest.raises(InternalServerError, match="Set VLLM_API_KEY") as refused:
        said(client, BASE)
    assert (refused.value.status_code, refused.value.code) == (502, "serving_key_refused")
    assert "another" not in refused.value.message
    trainer.stop()
    monkeypatch.setenv("VLLM_API_KEY", vllm.key)
    trainer = start_trainer(tmp_path / "answered", "--model", "tiny", "--vllm", vllm.url)
    with trainer.client() as client:
        assert said(client, BASE) == BASE
    trainer.stop()
    vllm.close()


def test_an_export_that_a_crash_cut_short_is_written_anew_and_its_rest_removed(
    asking: OpenAI, vllm: VllmRoutes, trainer: RunningTrainer
) -> None:
    job = trained(asking, jsonl(chat_rows(10)), method=supervised(n_epochs=1, batch_size=10))
    (checkpoint,) = trainer.data.rglob(f"{job.id}/step-1.*")
    rest = checkpoint.with_name("step-1-cut0short") / "whole"
    rest.mkdir(parents=True)
    (rest / "adapter_config.json").write_text('{"r": 8')
    assert said(asking, str(job.fine_tuned_model)).endswith("step-1")
    assert {path.name for path in checkpoint.parent.iterdir() if path.is_dir()} == {"step-1-peft"}


def test_the_end_of_a_job_leaves_what_vllm_reads_of_its_checkpoints(tmp_path: Path) -> None:
    store = Store(tmp_path, lambda: 0, lambda: "1")
    plans = Plans(store, Files(store), Models(store, {}), None)
    job = {"id": "ftjob-1"}
    for name in ("step-2-peft/adapter_config.json", "resume/state.json", "plan.json", "step-2.npz"):
        path = plans.directory(job) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    plans.tidy(job)
    assert {path.name for path in plans.directory(job).rglob("*")} == {
        "step-2-peft",
        "adapter_config.json",
        "step-2.npz",
    }
    store.close()
