"""The same story, check, start, follow and ask, at hosts with each provider's manners."""

from dataclasses import replace

import pytest

from storage.rows import JobStatus
from tests.tuning.conftest import QUICK
from tests.tuning.house import House
from tests.tuning.providers.mannered_host import DEPLOYED, TUNED, MannerlyHost, Manners
from tests.tuning.scripted_host import served
from tuning.access import Actor
from tuning.durable_work import COMPARE
from tuning.errors import ModelNotDeployed
from tuning.providers.gateway import Gateway
from tuning.providers.profiles import PROFILES

ADMIN = Actor("U9", is_admin=True)
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
MANNERS = {
    "openai": ("openai", Manners()),
    "openai, everything in one second": ("openai", Manners(seconds_a_step=0)),
    "azure": (
        "azure",
        Manners(
            statuses=("pending", "running", "running", "succeeded"),
            ignores=("metadata", "filter"),
            left_out=("metadata", "organization_id", "seed"),
            replaced={"error": {}, "result_files": None},
            file_statuses=("uploaded", "pending", "processed"),
            key_header="api-key",
            is_deployed=True,
        ),
    ),
    "nebius": (
        "nebius",
        Manners(
            statuses=("running", "running", "running", "succeeded"),
            ignores=("metadata", "filter"),
            left_out=("metadata", "method", "object"),
            replaced={"error": None, "seed": None},
            events="oldest_first",
            file_statuses=(None,),
            is_deployed=True,
            names_the_model=False,
        ),
    ),
    "unsloth": ("unsloth", Manners(ignores=("metadata",), left_out=("metadata",), file_errors=True)),
    "a gateway with words of its own": (
        "custom",
        Manners(
            statuses=("CREATED", None, "Completing", "completed"),
            ignores=("metadata", "filter", "has_more", "after"),
            left_out=("metadata", "seed", "object", "result_files"),
            replaced={"error": "", "hyperparameters": None},
            are_events_bare=True,
        ),
    ),
    "a host that streams its events": (
        "custom",
        Manners(ignores=("metadata",), events="stream", replaced={"seed": None}, file_statuses=("uploaded",)),
    ),
    "a host without events": ("custom", Manners(events="none", replaced={"error": {"code": None}})),
    "a host that answers the request for events with a web page": ("custom", Manners(events="web_page")),
}


@pytest.fixture(params=MANNERS, name="mannered")
async def _mannered(request, tables, tmp_path):
    name, manners = MANNERS[request.param]
    host = MannerlyHost(manners)
    async with served(host.app()) as url:
        gateway = Gateway(PROFILES[name], base_url=url, key="k", patience=QUICK)
        yield House(tables, gateway, tmp_path / "files"), host
        await gateway.close()


async def followed(house, job):
    """The job once it has ended, after as many looks as that takes."""
    follower = house.follower()
    for _ in range(20):
        await follower.sweep()
        house.later(20)
        now = await house.job_store.get(house.tenant, job.id)
        if now.status.is_final:
            return now
    raise AssertionError(f"still {now.status}")


async def answer(house, model, message_ts):
    turn = await house.chat.ask(
        house.tenant, place=house.place, asked_by="U1", message_ts=message_ts, question="Hi?", model=model
    )
    async with house.chat.answering(turn) as pieces:
        return "".join([piece async for piece in pieces])


async def test_a_file_becomes_an_answering_model_whatever_the_provider_s_manners(mannered):
    house, host = mannered
    profile = next(iter(house.gateways)).profile

    [base, *_] = await next(iter(house.gateways)).trainable_models(house.now.date())
    job = await house.running(base_model=base.id, n_epochs=2)
    ended = await followed(house, job)

    assert ended.status is JobStatus.SUCCEEDED
    assert host.calls.count("POST /fine_tuning/jobs") == 1
    assert host.calls.count("POST /files") == 1
    assert host.files[0]["content"].startswith(BOM) is profile.wants_byte_order_mark
    [created] = host.jobs
    place = created["method"]["supervised"] if profile.takes_method else created
    assert place["hyperparameters"] == {"n_epochs": 2}
    assert all(headers.get("authorization") is None for headers in host.headers if profile.key_header)

    steps = [event.data["step"] for event in await house.job_store.events(house.tenant, job.id) if event.data]
    has_events = host.manners.events not in {"none", "web_page"}
    assert steps == ([1, 2, 3, 4] if has_events else [])
    assert (ended.step, ended.training_loss) == ((4, 0.5) if has_events else (None, None))

    model = await house.models.named(house.viewer, ended.name)
    if profile.serves_by_deployment:
        if model:
            with pytest.raises(ModelNotDeployed, match="/finetune serve"):
                await answer(house, model, "2.0")
        host.deployments.add(DEPLOYED)
        model = await house.serving.register(replace(house.viewer, actor=ADMIN), ended.name, DEPLOYED)
    assert await answer(house, model, "3.0") == "An answer."
    assert host.asked[-1]["model"] == (DEPLOYED if profile.serves_by_deployment else TUNED)
    assert (COMPARE in [started[0] for started in house.started]) is not profile.serves_by_deployment
