"""The whole way through `tuning` against the trainer itself, a child process with its tiny random model."""

import asyncio
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime

import pytest

from storage.rows import DatasetFormat, JobStatus
from tuning.providers.gateway import Gateway
from tuning.providers.profiles import TRAINER


@pytest.fixture
async def trainer(tmp_path):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "trainer", "--model", "tiny", "--port", "0", "--data", str(tmp_path / "trainer"),
        stdout=subprocess.PIPE,
    )  # fmt: skip
    ready = (await process.stdout.readline()).decode()
    gateway = Gateway(TRAINER, base_url=ready.split()[-1])
    yield gateway
    await gateway.close()
    process.terminate()
    await process.communicate()


async def follow_to_the_end(house):
    """Run the follower, on the real clock, until it starts the comparison."""
    stop = asyncio.Event()

    async def compare(name, workflow_id, *arguments):
        stop.set()

    follower = house.follower()
    follower.clock = lambda: datetime.now(UTC)
    follower.start_durable = compare
    async with asyncio.timeout(120):
        await follower.run(stop)


@pytest.mark.parametrize("example", ["marv.jsonl", "weather-prompts.jsonl"])
async def test_a_dataset_becomes_a_model_that_answers(house_of, trainer, example):
    house = house_of(trainer)
    version = await house.dataset(example)
    options = await house.jobs.options(house.viewer)
    (quote,) = await house.datasets.quotes(house.tenant, version.id)

    await house.asked(base_model=options.default[1], split_train_percent=80, n_epochs=1, suffix="test")
    outcome, started = await house.run_start()
    assert outcome == {"ok": True}, started
    await follow_to_the_end(house)

    job = await house.job_store.get(house.tenant, "job_1")
    assert job.status is JobStatus.SUCCEEDED
    assert job.step == job.total_steps
    assert job.hyperparameters["n_epochs"] == 1
    assert job.trained_tokens > 0
    losses = [event.data["train_loss"] for event in await house.job_store.metrics(house.tenant, "job_1")]
    assert len(losses) == job.total_steps
    assert quote.is_exact

    await house.comparisons.compare(asdict(house.tenant), "job_1")
    comparison = (await house.job_store.get(house.tenant, "job_1")).comparison
    assert (comparison["source"], len(comparison["questions"])) == ("validation", 3)

    model = await house.model_store.get(house.tenant, job.fine_tuned_model)
    is_chat = example == "marv.jsonl"
    assert model.format is (DatasetFormat.CHAT if is_chat else DatasetFormat.PROMPT_COMPLETION)
    turn = await house.chat.ask(
        house.tenant, place=house.place, asked_by="U1", message_ts="2.0", question="Hello?", model=model
    )
    async with house.chat.answering(turn) as pieces:
        assert "".join([piece async for piece in pieces])


async def test_a_job_at_the_trainer_is_created_once_and_found_by_our_id(house_of, trainer):
    house = house_of(trainer)
    await house.dataset()
    (_, base_model) = (await house.jobs.options(house.viewer)).default
    await house.asked(base_model=base_model)
    await house.run_start()

    found = await trainer.find_job("job_1")
    await house.jobs.cancel(house.viewer, "marv")
    await house.follower().sweep()

    job = await house.job_store.get(house.tenant, "job_1")
    assert found.id == job.provider_job_id
    assert job.status is JobStatus.CANCELLED
    assert await trainer.find_job("job_2") is None
