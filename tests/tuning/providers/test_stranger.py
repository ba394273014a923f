"""fakeai, an independent server of the protocol that we had no hand in, driven from the file to the answer.

It streams a job's events, on which the client's own `list_events` breaks; it ignores `method`, keeps no metadata,
never says `processed` of an upload, and puts its faults under `detail` (fakeai 0.3.2).
"""

import asyncio
import re
import sys
from asyncio.subprocess import DEVNULL, PIPE
from dataclasses import replace
from datetime import UTC, datetime

import openai
import pytest

from storage.rows import JobStatus
from tests.tuning.house import House
from tuning.errors import ProviderRefused
from tuning.providers.connection import Patience
from tuning.providers.gateway import Gateway
from tuning.providers.profiles import CUSTOM

# Its job takes 32 seconds by its own clock; ten of its seconds pass in one of ours.
_SERVER = """
import asyncio, uvicorn
slowly = asyncio.sleep
asyncio.sleep = lambda seconds, *more: slowly(seconds / 10, *more)
from fakeai.app import app
class Told(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        print("ready at", self.servers[0].sockets[0].getsockname()[1], flush=True)
Told(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None)).run()
"""


@pytest.fixture(name="stranger_url")
async def _stranger_url():
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", _SERVER, stdout=PIPE, stderr=DEVNULL)
    try:
        async with asyncio.timeout(60):
            while not (found := re.match(r"ready at (\d+)", (await process.stdout.readline()).decode())):
                assert process.returncode is None
        yield f"http://127.0.0.1:{found.group(1)}/v1"
    finally:
        process.terminate()
        await process.wait()


async def followed(house, job):
    """The job once it has ended, followed on the real clock, with every state that was seen on the way."""
    seen, changed, stop = {job.status}, asyncio.Event(), asyncio.Event()
    follower = replace(house.follower(), clock=lambda: datetime.now(UTC), wake=changed.set)
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(follower.run(stop))
        while not job.status.is_final:
            await changed.wait()
            changed.clear()
            job = await house.job_store.get(house.tenant, job.id)
            seen.add(job.status)
        stop.set()
    return job, seen


async def test_a_stranger_s_server_is_driven_from_the_file_to_the_answer(stranger_url, tables, tmp_path):
    profile = replace(CUSTOM, poll_seconds=0.3)
    gateway = Gateway(profile, base_url=stranger_url, key="k", patience=Patience(event_stream_seconds=1))
    house = House(tables, gateway, tmp_path / "files")
    [base, *_] = await gateway.trainable_models(house.now.date())
    with pytest.raises(ProviderRefused, match="not found"):
        await gateway.retrieve_job("ftjob-none")

    job = await house.running(base_model=base.id, n_epochs=1)
    job, seen = await followed(house, job)

    assert job.status is JobStatus.SUCCEEDED
    assert JobStatus.RUNNING in seen
    assert (job.request.n_epochs, job.hyperparameters["n_epochs"]) == (1, 3)
    events = await house.job_store.events(house.tenant, job.id)
    steps = [event.data["step"] for event in events if event.data]
    assert steps == sorted(set(steps))
    assert steps[-1] == 100
    with pytest.raises(AttributeError):
        async with openai.AsyncOpenAI(base_url=stranger_url, api_key="k") as client:
            await client.fine_tuning.jobs.list_events(job.provider_job_id)

    model = await house.models.named(house.viewer, job.name)
    turn = await house.chat.ask(
        house.tenant, place=house.place, asked_by="U1", message_ts="2.0", question="Hi?", model=model
    )
    async with house.chat.answering(turn) as pieces:
        assert "".join([piece async for piece in pieces])
    await gateway.close()
