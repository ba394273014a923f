"""A learning curve: one job each on a quarter, a half and all of the training rows, against the same held-out rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from storage.rows import Job
from tuning.advice.data import SHOWS_EFFECTS, SUBSETS
from tuning.datasets.split import PORTIONS_PERCENT
from tuning.jobs.drafts import StartDraft

LEAST_EXAMPLES: Final = int(SHOWS_EFFECTS / SUBSETS[0])
"""Of the dataset; with fewer a quarter is too few to see an effect."""

WORTH_IT: Final = 0.02
"""By so much, of itself, the loss must still fall from the half to all for more rows to be worth their work. Our choice."""

_WHOLE_PERCENT: Final = PORTIONS_PERCENT[-1]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the jobs of a curve have come to."""

    losses: Sequence[tuple[int, float | None]]
    """The validation loss at each of `PORTIONS_PERCENT`; None where a job ended without one."""

    @property
    def fall(self) -> float | None:
        """By how much of itself the loss fell from the half to all of the rows; None where one of both is unknown."""
        (_, half), (_, whole) = self.losses[-2:]
        return (half - whole) / half if half and whole is not None else None


def drafts_of(job_id: str, draft: StartDraft) -> dict[str, StartDraft]:
    """The jobs of a curve by their ids, the cheapest first; the one on all rows has the id itself."""
    return {_id_of(job_id, percent): replace(draft, portion_percent=percent) for percent in PORTIONS_PERCENT}


def ids_beside(job_id: str) -> list[str]:
    """What the jobs of a curve are called of which this may be one, in the order of `PORTIONS_PERCENT`."""
    whole_id = job_id
    for percent in PORTIONS_PERCENT[:-1]:
        whole_id = whole_id.removesuffix(f"-{percent}")
    return [_id_of(whole_id, percent) for percent in PORTIONS_PERCENT]


def outcome(jobs: Sequence[Job]) -> Outcome | None:
    """What they have come to, in the order of `PORTIONS_PERCENT`; None while one still runs or waits."""
    if len(jobs) < len(PORTIONS_PERCENT) or not all(job.status.is_final for job in jobs):
        return None
    return Outcome([(percent, job.validation_loss) for percent, job in zip(PORTIONS_PERCENT, jobs, strict=True)])


def _id_of(whole_id: str, percent: int) -> str:
    return whole_id if percent == _WHOLE_PERCENT else f"{whole_id}-{percent}"
