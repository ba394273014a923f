import pytest

from storage.rows import JobRequest, JobStatus
from tests.handlers.blocks.samples import plain_job
from tuning.jobs.calibration import Calibration, calibrations


def ended(billed, estimated=1000, provider="openai", status=JobStatus.SUCCEEDED):
    request = JobRequest(provider, "gpt", "v1")
    return plain_job(status=status, request=request, trained_tokens=billed, estimated_tokens=estimated)


def test_each_provider_gets_the_median_and_the_range_of_its_own_bills():
    jobs = [ended(900), ended(1100), ended(1000), ended(2000, provider="trainer")]

    assert calibrations(jobs) == [Calibration("openai", 3, 0.9, 1.0, 1.1), Calibration("trainer", 1, 2.0, 2.0, 2.0)]


@pytest.mark.parametrize(
    "job",
    [
        pytest.param(ended(None), id="no bill"),
        pytest.param(ended(900, estimated=None), id="no estimate"),
        pytest.param(ended(100, status=JobStatus.CANCELLED), id="cancelled on the way"),
        pytest.param(ended(100, status=JobStatus.FAILED), id="failed on the way"),
    ],
)
def test_a_job_that_was_not_billed_whole_says_nothing(job):
    assert calibrations([job]) == []
