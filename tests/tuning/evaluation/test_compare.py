from dataclasses import asdict, replace

import pytest

from storage.changes import ChangeStore
from storage.errors import DatabaseUnavailable
from storage.rows import JobStatus


async def ended(house, host, example="marv.jsonl", **choices):
    await house.dataset(example)
    job = await house.running(**choices)
    host.job(job.provider_job_id).update(status="succeeded", fine_tuned_model="ft:smol:us:marv:1")
    await house.follower().sweep()
    host.answer = lambda body: f"{body['model']} answers."


async def compared(house):
    outcome = await house.comparisons.compare(asdict(house.tenant), "job_1")
    return outcome, (await house.job_store.get(house.tenant, "job_1")).comparison


async def test_both_models_answer_three_held_out_questions_greedily(house, host):
    await ended(house, host, split_train_percent=80)

    outcome, comparison = await compared(house)

    assert outcome == {"ok": True}
    assert comparison["source"] == "validation"
    assert len(comparison["questions"]) == 3
    held_out = host.files[1]["content"]
    for asked in comparison["questions"]:
        assert (asked["base"], asked["tuned"]) == ("smol answers.", "ft:smol:us:marv:1 answers.")
        assert asked["question"] in held_out
        assert asked["expected"] in held_out
    assert {body["temperature"] for body in host.asked} == {0}
    assert {message["role"] for message in host.asked[0]["messages"]} == {"system", "user"}


async def test_without_a_validation_file_the_questions_are_said_to_be_general(house, host):
    await ended(house, host)

    _, comparison = await compared(house)

    assert comparison["source"] == "general"
    assert comparison["questions"][0]["question"] == "How far away is the moon?"
    assert "expected" not in comparison["questions"][0]


async def test_a_chinese_dataset_is_asked_general_questions_in_chinese(house, host):
    await ended(house, host, "support-zh.jsonl")

    _, comparison = await compared(house)

    assert comparison["questions"][0]["question"] == "月亮离我们有多远？"


async def test_prompt_completion_models_are_asked_with_their_own_prompts(house, host):
    await ended(house, host, "weather-prompts.jsonl", split_train_percent=70)

    _, comparison = await compared(house)

    assert host.asked[0]["prompt"].endswith("\n\n###\n\n")
    assert host.asked[0]["stop"] == " END"
    assert "###" not in comparison["questions"][0]["question"]
    assert "END" not in comparison["questions"][0]["expected"]


async def test_the_milestone_is_told_once(house, host, tables):
    await ended(house, host)

    await compared(house)
    again, _ = await compared(house)

    keys = [change.key for change in await ChangeStore(tables).waiting()]
    assert keys.count("job:job_1:compared") == 1
    assert again == {"ok": False, "code": "nothing_to_compare"}


async def test_a_model_that_is_served_minutes_later_is_waited_for(house, host, answers):
    await ended(house, host)
    host.then("POST /chat/completions", *[answers.refusal(404, "model_not_found")] * 3)

    outcome, comparison = await compared(house)

    assert outcome == {"ok": True}
    assert len(comparison["questions"]) == 3
    assert house.pauses[-3:] == [2, 5, 10]


async def test_a_comparison_that_fails_says_so_instead_of_staying_away(house, host, answers):
    await ended(house, host)
    host.then("POST /chat/completions", *[answers.refusal(404, "model_not_found")] * 8)

    outcome, comparison = await compared(house)

    assert outcome == {"ok": False}
    assert comparison["error_code"] == "model_not_ready"
    assert comparison["error_parameters"] == {"model": "smol"}


async def test_a_host_that_cannot_be_reached_is_not_called_a_model_that_is_not_ready(house, host, answers):
    await ended(house, host)
    host.then("POST /chat/completions", *[answers.refusal(503)] * 8)

    _, comparison = await compared(house)

    assert comparison["error_code"] == "provider_unavailable"


async def test_a_broken_disk_is_told_as_a_failed_comparison(house, host, tables):
    await ended(house, host, split_train_percent=80)

    class BrokenFiles:
        async def path(self, sha256):
            raise OSError(5, "Input/output error")

    house.comparisons = replace(house.comparisons, files=BrokenFiles())

    outcome, comparison = await compared(house)

    assert outcome == {"ok": False}
    assert comparison["error_code"] == "comparison_broken"
    assert "job:job_1:compared" in [change.key for change in await ChangeStore(tables).waiting()]


async def test_a_database_that_is_away_is_waited_for(house, host):
    await ended(house, host)
    faults = [DatabaseUnavailable()]

    class AwayOnce:
        async def get(self, tenant, model_id):
            if faults:
                raise faults.pop()
            return await house.model_store.get(tenant, model_id)

    house.comparisons = replace(house.comparisons, models=AwayOnce())

    outcome, _ = await compared(house)

    assert outcome == {"ok": True}


async def test_the_comparison_waits_until_the_follower_has_written_the_end(house, host):
    await house.running()
    job = host.jobs[0]
    job.update(status="succeeded", fine_tuned_model="ft:smol:us:marv:1")
    follower = house.follower()
    pauses = []

    async def follow_at_the_third(seconds):
        pauses.append(seconds)
        if len(pauses) == 3:
            await follower.sweep()

    house.comparisons = replace(house.comparisons, pause=follow_at_the_third)

    outcome, comparison = await compared(house)

    assert outcome == {"ok": True}
    assert len(pauses) == 3
    assert (await house.job_store.get(house.tenant, "job_1")).status is JobStatus.SUCCEEDED
    assert len(comparison["questions"]) == 3


@pytest.mark.parametrize("job_id", ["job_none", "job_1"])
async def test_a_job_without_a_model_is_not_compared(house, host, job_id):
    job = await house.running()
    host.job(job.provider_job_id).update(status="cancelled")
    await house.follower().sweep()

    outcome = await house.comparisons.compare(asdict(house.tenant), job_id)

    assert outcome["code"] == "nothing_to_compare"
    assert host.asked == []
