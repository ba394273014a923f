"""The way out for models that will stop."""

from dataclasses import replace
from datetime import date

from storage.rows import Job, JobRequest, JobStatus, Tenant
from tests.handlers.blocks.samples import model
from tuning.ends import End, Source
from tuning.jobs.moves import Moves, Target
from tuning.models import Models
from tuning.providers.gateways import Gateways
from tuning.providers.profiles import AZURE, NEBIUS, OPENAI, TRAINER

MINI = "gpt-4.1-mini-2025-04-14"


async def moves_of(house, connect):
    """Ada's model of OpenAI with its job, one taken over, one that doesn't end, and a stranger's."""
    ours = replace(model("marv", "ft:marv"), tenant=house.tenant, place=house.place, provider="openai", base_model=MINI)
    request = JobRequest("openai", MINI, "ds_1-v1")
    job = Job("job_1", house.tenant, "marv", "U1", house.place, request, house.now, status=JobStatus.SUCCEEDED)
    await house.job_store.add(job)
    for one in (
        replace(ours, job_id="job_1"),
        replace(ours, id="ft:alien", name="alien", job_id=""),
        replace(ours, id="ft:own", name="own", provider="trainer", base_model="smollm2-135m"),
        replace(ours, id="ft:theirs", name="theirs", tenant=Tenant("T2")),
    ):
        await house.model_store.add(one)
    gateways = Gateways([connect(profile, key="k") for profile in (OPENAI, AZURE, NEBIUS, TRAINER)])
    return Moves(house.job_store, Models(house.model_store, gateways, house.clock, house.audits))


async def test_each_model_that_stops_is_shown_what_outlives_it_at_every_provider(house, connect):
    moves = await (await moves_of(house, connect)).plan(house.viewer)

    assert [(move.model.name, move.end, move.job and move.job.id) for move in moves] == [
        ("alien", End(date(2027, 1, 14), Source.LIST), None),
        ("marv", End(date(2027, 1, 14), Source.LIST), "job_1"),
    ]
    assert moves[1].targets == [
        Target("azure", "Azure", MINI, End(date(2027, 10, 1), Source.LIST)),
        Target("nebius", "Nebius", "meta-llama/Meta-Llama-3.1-8B-Instruct", End(None, Source.LIST)),
        Target("trainer", "Tunesmith Trainer", "smol", End(None, Source.UNKNOWN)),
    ]


async def test_a_provider_that_is_away_hides_no_other_way(house, connect, host, answers):
    host.then("GET /models", *[answers.refusal(503)] * 9)

    moves = await (await moves_of(house, connect)).plan(house.viewer)

    assert [target.provider for target in moves[1].targets] == ["azure", "nebius", "trainer"]
