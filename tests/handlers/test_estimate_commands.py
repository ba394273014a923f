"""What `estimate` says of earlier bills, and to whom."""

from dataclasses import replace

import pytest

from handlers.asker import Asker
from handlers.estimate_commands import EstimateCommands
from handlers.language import Voice
from storage.rows import JobStatus, Place
from tests.handlers.blocks.samples import plain_job
from tuning.datasets.versions import Versions
from tuning.texts import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_estimate_names_the_factor_of_those_bills_that_may_be_seen_here(house, texts, language):
    await house.dataset()
    billed = {"status": JobStatus.SUCCEEDED, "estimated_tokens": 1000}
    for name, tokens, place in (("a", 900, house.place), ("b", 1100, house.place), ("c", 9000, Place("C9", "1.0"))):
        job = plain_job(id=f"job_{name}", name=name, tenant=house.tenant, place=place, owner_id="U8")
        await house.job_store.add(replace(job, trained_tokens=tokens, **billed))
    versions = Versions(house.datasets, house.dataset_store, house.files, house.job_store, house.clock)
    asker = Asker(house.viewer, Voice(texts, language), house.place)

    page = await EstimateCommands(versions, house.jobs).estimate(asker, "marv")

    told = str(page.blocks)
    assert Voice(texts, language)("estimate.bills", n=2, provider="trainer", factor="1.00") in told
    assert Voice(texts, language)("estimate.bills_range", lowest="0.90", highest="1.10") in told
