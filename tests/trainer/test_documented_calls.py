"""The calls of OpenAI's API reference and of openai-python's README, with nothing changed but the environment.

The server is started with the reference's model names as aliases; of the calls only the ids differ, which are
somebody else's in the reference.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from openai import AsyncOpenAI, OpenAI

from tests.trainer.driving import RunningTrainer, chat_rows, ended, jsonl, preference_rows, start_trainer

NAMES = ("gpt-4o-mini", "gpt-4o-mini-2024-07-18", "gpt-4.1", "gpt-5.2", "gpt-3.5-turbo-instruct")


@pytest.fixture(scope="module")
def aliased(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTrainer]:
    trainer = start_trainer(
        tmp_path_factory.mktemp("aliased"), "--model", "tiny", *(f"--alias={name}" for name in NAMES)
    )
    yield trainer
    trainer.stop()


@pytest.fixture(autouse=True)
def _environment(aliased: RunningTrainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", aliased.url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-any")
    monkeypatch.chdir(tmp_path)
    Path("mydata.jsonl").write_bytes(jsonl(chat_rows(10)))
    Path("preferences.jsonl").write_bytes(jsonl(preference_rows(10)))


@pytest.fixture
def client() -> Iterator[OpenAI]:
    with OpenAI() as client:
        yield client


def uploaded(client: OpenAI, name: str = "mydata.jsonl") -> str:
    with Path(name).open("rb") as file:
        return client.files.create(file=file, purpose="fine-tune").id


def test_files(client: OpenAI) -> None:
    client.files.create(file=Path("mydata.jsonl"), purpose="fine-tune")
    file_id = client.files.create(
        file=("mydata.jsonl", Path("mydata.jsonl").read_bytes()),
        purpose="fine-tune",
        expires_after={"anchor": "created_at", "seconds": 2592000},
    ).id
    assert client.files.list().data[0].id == file_id
    assert client.files.retrieve(file_id).purpose == "fine-tune"
    assert client.files.content(file_id).content == Path("mydata.jsonl").read_bytes()
    assert client.files.delete(file_id).deleted


def test_fine_tuning_jobs(client: OpenAI) -> None:
    file_id = uploaded(client)
    job = client.fine_tuning.jobs.create(training_file=file_id, model="gpt-4o-mini")
    with_method = client.fine_tuning.jobs.create(
        training_file=file_id,
        model="gpt-4o-mini",
        method={"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 2}}},
        validation_file=file_id,
    )
    preferring = client.fine_tuning.jobs.create(
        training_file=uploaded(client, "preferences.jsonl"),
        model="gpt-4o-mini",
        method={"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.1}}},
    )
    assert {job.id, with_method.id} <= {each.id for each in client.fine_tuning.jobs.list(limit=20)}
    assert client.fine_tuning.jobs.retrieve(job.id).id == job.id
    assert client.fine_tuning.jobs.cancel(job.id).status == "cancelled"
    assert ended(client, with_method.id).status == ended(client, preferring.id).status == "succeeded"
    done = client.fine_tuning.jobs.retrieve(preferring.id)
    assert done.method.dpo.hyperparameters.model_dump() == {
        "beta": 0.1, "batch_size": 2, "learning_rate_multiplier": 0.2, "n_epochs": 5
    }  # fmt: skip
    events = client.fine_tuning.jobs.list_events(fine_tuning_job_id=preferring.id, limit=100)
    assert {"train_loss", "train_reward_accuracy"} <= events.data[3].data.keys()
    assert client.fine_tuning.jobs.checkpoints.list(with_method.id).data[0].metrics.full_valid_loss


def test_models(client: OpenAI) -> None:
    assert client.models.list().data
    assert client.models.retrieve("gpt-4o-mini").id == "tiny-random"
    job = ended(client, client.fine_tuning.jobs.create(training_file=uploaded(client), model="gpt-4o-mini").id)
    assert client.models.delete(job.fine_tuned_model).deleted


def test_chat_completions(client: OpenAI) -> None:
    completion = client.chat.completions.create(
        model="gpt-5.2",
        messages=[
            {"role": "developer", "content": "You are a helpful assistant."},
            {"role": "user", "content": "Hello!"},
        ],
    )
    assert completion.choices[0].message.role == "assistant"
    stream = client.chat.completions.create(
        model="gpt-5.2", messages=[{"role": "user", "content": "Say this is a test"}], stream=True
    )
    assert [chunk.choices[0].delta for chunk in stream]
    told = client.chat.completions.create(
        model="gpt-5.2", messages=[{"role": "user", "content": "Hello!"}], logprobs=True, top_logprobs=2
    )
    assert told.choices[0].logprobs
    assert client.completions.create(
        model="gpt-3.5-turbo-instruct", prompt="Say this is a test", max_tokens=7, temperature=0
    ).choices


def test_paging_in_the_readmes_three_ways(client: OpenAI) -> None:
    for _ in range(3):
        client.fine_tuning.jobs.create(training_file=uploaded(client), model="gpt-4o-mini")
    wanted = [job.id for job in client.fine_tuning.jobs.list(limit=20)]

    async def walked() -> list[list[str]]:
        async with AsyncOpenAI() as other:
            all_jobs = [job.id async for job in other.fine_tuning.jobs.list(limit=2)]
            first_page = await other.fine_tuning.jobs.list(limit=2)
            assert first_page.has_next_page()
            next_page = await first_page.get_next_page()
            return [all_jobs, [job.id for job in [*first_page.data, *next_page.data]]]

    everything, two_pages = asyncio.run(walked())
    assert everything == wanted
    assert two_pages == wanted[:4]
    assert client.chat.completions.with_raw_response.create(
        model="gpt-5.2", messages=[{"role": "user", "content": "Say this is a test"}]
    ).headers["x-request-id"]
