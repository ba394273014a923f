import inspect
from dataclasses import replace

import pytest

from storage.rows import Job, JobRequest, Place, Tenant
from tuning.errors import DatasetNotFound, ProviderError, SplitTooSmall
from tuning.jobs.creation import StartUnknown
from tuning.jobs.failures import PROVIDERS_REASONS, failure
from tuning.texts import Texts


@pytest.fixture
def failed(house):
    request = JobRequest("openai", "gpt-4.1", "v1")
    return Job("job_1", Tenant("T1"), "marv", "U1", Place("C1"), request, house.now)


def test_a_code_we_know_gets_our_own_sentence_beside_the_providers(failed):
    job = replace(failed, error_code="unsafe_file", error_message="Flagged lines: 4, 13.")

    english = failure(Texts.load(), "en", job, "OpenAI")
    chinese = failure(Texts.load(), "zh", job, "OpenAI")

    assert english.startswith("OpenAI's moderation flagged too many examples.")
    assert english.endswith("Flagged lines: 4, 13.")
    assert "内容审核" in chinese


def test_an_unknown_code_gets_the_providers_words(failed):
    job = replace(failed, error_code="cosmic_ray", error_message="A bit flipped.")

    assert failure(Texts.load(), "zh", job, "OpenAI") == "A bit flipped."


def test_no_reason_at_all_is_said_too(failed):
    assert failure(Texts.load(), "en", failed, "OpenAI") == "OpenAI gave no reason."


def kinds(error):
    return [error, *(kind for each in error.__subclasses__() for kind in kinds(each))]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_error_that_can_end_a_start_has_a_sentence_of_its_own(failed, language):
    texts, known = Texts.load(), {"seen": "", "refusal": "", "param": "", "message": ""}
    errors = [
        kind("OpenAI", **{name: known[name] for name in inspect.signature(kind).parameters if name in known})
        for kind in kinds(ProviderError)[1:]
    ]
    errors += [StartUnknown("job_1", "OpenAI"), DatasetNotFound("ds_1"), SplitTooSmall("a.jsonl")]
    codes = {error.code for error in errors} | PROVIDERS_REASONS | {"dataset_gone", "incident", "job_gone"}

    assert {code for code in codes if f"jobs.failure.{code}" not in texts.keys(language)} == set()


async def test_a_refusal_at_the_start_keeps_the_providers_reason_and_frames_it_in_the_readers_language(
    house, host, answers
):
    for job_id, code in (("job_1", "insufficient_quota"), ("job_2", "odd_thing")):
        host.then("POST /fine_tuning/jobs", answers.refusal(400, code, "Said by the host."))
        await house.asked(job_id)
        await house.run_start(job_id)

    poor, odd = [await house.job_store.get(house.tenant, job_id) for job_id in ("job_1", "job_2")]
    assert failure(Texts.load(), "zh", poor, "OpenAI") == "OpenAI 账户的额度已用完：Said by the host."
    assert failure(Texts.load(), "zh", odd, "OpenAI").startswith("OpenAI 拒绝了该任务")
    assert failure(Texts.load(), "zh", odd, "OpenAI").endswith("Said by the host.")
