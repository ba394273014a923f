from dataclasses import replace

import pytest

from storage.rows import Job, JobRequest, Place, Tenant
from tuning.jobs.failures import failure
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
