"""How far the bills of finished jobs have been from their estimates: the factor that people can hold a new one against. Pure."""

import statistics
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from storage.rows import Job, JobStatus


@dataclass(frozen=True, slots=True)
class Calibration:
    """Billed tokens over estimated tokens, of the succeeded jobs at one provider that reported a bill."""

    provider: str
    n_jobs: int
    lowest: float
    median: float
    highest: float


def calibrations(jobs: Iterable[Job]) -> list[Calibration]:
    """One for each provider of which there is a bill, by name.

    A job that was cancelled or failed is billed for a part, so it says nothing about the estimate.
    """
    factors: defaultdict[str, list[float]] = defaultdict(list)
    for job in jobs:
        if job.status is JobStatus.SUCCEEDED and job.trained_tokens is not None and job.estimated_tokens:
            factors[job.request.provider].append(job.trained_tokens / job.estimated_tokens)
    return [
        Calibration(provider, len(each), min(each), statistics.median(each), max(each))
        for provider, each in sorted(factors.items())
    ]
