"""A test part is for the comparison alone: no provider is given a row of it to learn or to validate with."""

import json
from dataclasses import asdict

import pytest

from storage.rows import JobStatus
from tuning.datasets.parts import TEST
from tuning.jobs.drafts import StartDraft


@pytest.fixture(name="tested")
async def _tested(house):
    """A job that has set a tenth of its dataset aside, and the rows that are in it."""
    await house.asked(split_train_percent=80, test_percent=10)
    house.later(5)
    _, job = await house.run_start()
    versions = await house.dataset_store.versions(house.tenant, "ds_1")
    [test] = [one for one in versions if one.origin == TEST]
    return job, test, (await house.files.path(test.sha256)).read_text().splitlines()


async def test_no_row_of_it_goes_to_the_provider_and_none_is_lost(house, host, tested):
    _, test, kept = tested
    training, validation = (file["content"].splitlines() for file in host.files)

    assert len(host.files) == 2
    assert test.examples == len(kept) == 6
    assert not set(kept) & {*training, *validation}
    assert len(training) + len(validation) + len(kept) == 64


async def test_its_questions_are_what_both_models_are_compared_on(house, host, tested):
    job, _, kept = tested
    host.job(job.provider_job_id).update(status="succeeded", fine_tuned_model="ft:smol:us:marv:1")
    await house.follower().sweep()

    await house.comparisons.compare(asdict(house.tenant), job.id)

    compared = (await house.job_store.get(house.tenant, job.id)).comparison
    questions = {json.loads(row)["messages"][-2]["content"] for row in kept}
    assert len(compared["questions"]) == 3
    assert {asked["question"] for asked in compared["questions"]} <= questions


async def test_no_later_job_may_train_or_validate_on_it(house, host, tested):
    _, test, _ = tested
    files, refused = len(host.files), []
    for number, validation_id in enumerate(["", test.id]):
        draft = StartDraft("ds_1-v1", "trainer", "smol", validation_version_id=validation_id, is_repeat_accepted=True)
        await house.jobs.start(house.viewer, job_id=f"job_{number + 2}", draft=draft)
        _, job = await house.run_start(f"job_{number + 2}")
        assert job.status is JobStatus.FAILED
        refused.append(job.error_code)

    assert refused == ["learns_the_test", "learns_the_test"]
    assert len(host.files) == files
