"""What is said of a draft before it is asked for: beside the team's other jobs, its validation file and the caps."""

from dataclasses import replace
from decimal import Decimal

import pytest

from storage.rows import JobStatus, Place
from tuning.access import Actor
from tuning.authority import Policy
from tuning.errors import InvalidRequest
from tuning.jobs.drafts import StartDraft
from tuning.providers.profiles import OPENAI

MINI = "gpt-4.1-mini-2025-04-14"


@pytest.fixture(name="codes")
def _codes(house):
    """The codes of the findings on a draft that stand for a file, a job or a cap."""

    async def codes(draft, viewer=house.viewer, jobs=house.jobs, job_id=""):
        found = await jobs.check(viewer, draft, job_id)
        return [finding.code for finding in found if finding.code in {"H006", "K002", "V004", "V006"}]

    return codes


async def test_the_same_data_and_settings_are_paid_for_twice_only_where_that_was_accepted(house, codes):
    job = await house.running(n_epochs=2)
    draft = await house.draft(n_epochs=2, is_repeat_accepted=False)
    with pytest.raises(InvalidRequest):
        await house.jobs.start(house.viewer, job_id="job_2", draft=draft)
    [same] = [one for one in await house.jobs.check(house.viewer, draft) if one.code == "H006"]

    assert (same.severity, dict(same.parameters)) == ("E", {"job": "marv", "owner": "<@U1>"})
    assert await codes(replace(draft, suffix="another-name")) == ["H006"]
    assert await codes(replace(draft, n_epochs=3)) == []
    assert await codes(draft, job_id=job.id) == []
    again = await house.jobs.start(house.viewer, job_id="job_2", draft=replace(draft, is_repeat_accepted=True))
    assert again.status is JobStatus.STARTING


async def test_the_same_bytes_are_the_same_data_whatever_the_dataset_is_called(house, codes):
    await house.running()
    copied = await house.dataset(dataset_id="ds_2")

    assert await codes(StartDraft(copied.id, "trainer", "smol")) == ["H006"]


async def test_a_job_that_came_to_nothing_stands_in_nobody_s_way(house, codes):
    job = await house.running()
    draft = await house.draft(is_repeat_accepted=False)
    assert await codes(draft) == ["H006"]

    await house.job_store.advance(replace(job, status=JobStatus.FAILED))
    assert await codes(draft) == []


async def test_nobody_learns_of_a_job_that_they_may_not_see(house, codes):
    await house.running()
    theirs = await house.datasets.receive(
        house.tenant,
        dataset_id="ds_2",
        owner_id="U2",
        place=Place("C2", "1.0"),
        slack_file={"id": "ds_1", "name": "marv.jsonl"},
    )
    stranger = replace(house.viewer, actor=Actor("U2"), channel_id="C2")

    assert await codes(StartDraft(theirs.id, "trainer", "smol"), viewer=stranger) == []


async def test_a_validation_file_of_another_format_or_with_the_same_bytes_is_refused(house, codes):
    draft = await house.draft(is_repeat_accepted=False)
    other, same = await house.dataset("weather-prompts.jsonl", "ds_2"), await house.dataset(dataset_id="ds_3")

    assert await codes(replace(draft, validation_version_id=other.id)) == ["V004"]
    assert await codes(replace(draft, validation_version_id=same.id)) == ["V006"]


@pytest.mark.parametrize(
    ("policy", "left"),
    [
        (Policy(), None),
        (Policy(job_cap_usd=Decimal(5)), Decimal(5)),
        (Policy(job_cap_usd=Decimal(5), month_cap_usd=Decimal(3)), Decimal(3)),
    ],
)
async def test_what_may_be_spent_without_asking_is_the_smaller_cap(house, policy, left):
    budget = await house.jobs_under(policy).approvals.budget(house.viewer)

    assert (budget.soft_left_usd if budget else None) == left


async def test_a_job_above_a_cap_is_warned_of_with_the_amounts(house_of, connect, codes):
    house = house_of(connect(OPENAI, key="sk-1"))
    draft = await house.draft(base_model=MINI, n_epochs=2)
    [capped, free] = [
        await codes(draft, house.viewer, house.jobs_under(policy))
        for policy in (Policy(job_cap_usd=Decimal("0.001")), Policy(job_cap_usd=Decimal(9)))
    ]

    assert (capped, free) == (["K002"], [])
