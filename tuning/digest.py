"""When the team's digest is due, and what belongs into it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final, Literal, TypeAlias

from storage.rows import Job

Rhythm: TypeAlias = Literal["off", "daily", "weekly"]

DUE_AT: Final = time(9)
"""In UTC: the working day has begun in Europe, and hasn't ended in China."""
LATE: Final = timedelta(hours=12)
"""A bot that was down at the time tells it so much later at the latest; then it waits for the next one."""
_DAYS: Final = {"daily": 1, "weekly": 7}
_MONDAY: Final = 0


@dataclass(frozen=True, slots=True)
class Period:
    """What a digest looks back on."""

    since: datetime
    until: datetime
    """When the digest was due."""

    @property
    def key(self) -> str:
        """Names the period, so that its digest is told once."""
        return f"{self.since:%Y-%m-%d}:{self.until:%Y-%m-%d}"

    @property
    def days(self) -> int:
        return (self.until - self.since).days


@dataclass(frozen=True, slots=True)
class Digest:
    """What happened in a period, and what still runs."""

    period: Period
    ended: tuple[Job, ...]
    """Newest first."""
    running: tuple[Job, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.ended or self.running)


def period_due(rhythm: Rhythm, now: datetime) -> Period | None:
    """The period whose digest is due at `now`, weekly ones on Mondays; None where none is, or no longer."""
    if rhythm == "off":
        return None
    until = datetime.combine(now.date(), DUE_AT, now.tzinfo)
    if until > now:
        until -= timedelta(days=1)
    is_day = rhythm == "daily" or until.weekday() == _MONDAY
    if not is_day or now - until > LATE:
        return None
    return Period(until - timedelta(days=_DAYS[rhythm]), until)


def digest_of(jobs: Iterable[Job], period: Period) -> Digest:
    """The jobs, newest first, that ended in a period or still run."""
    every = tuple(jobs)
    ended = (job for job in every if job.finished_at and period.since <= job.finished_at < period.until)
    return Digest(period, tuple(ended), tuple(job for job in every if not job.status.is_final))
