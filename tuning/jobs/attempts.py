"""Notes on a job of each time its provider is about to be asked to create it, and of what never came of it.

A note is on the disk before the request is sent, and is closed once it is certain that nothing came of the request.
So whoever continues after a crash must wait for an unknown outcome only where a request may really have gone out,
and only for what is left of that wait.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import count, takewhile
from typing import Final

from storage.jobs import JobStore
from storage.rows import Job, JobEvent

OURS: Final = "tunesmith"
"""The type of events that are our own notes, which nobody is shown."""
_MOST_NOTES: Final = 1_000


@dataclass(frozen=True, slots=True)
class Attempts:
    """The notes, kept among the job's events."""

    jobs: JobStore
    clock: Callable[[], datetime]

    async def open_since(self, job: Job) -> datetime | None:
        """When the provider was asked without our knowing what came of it; None where nothing can exist there."""
        notes = await self._notes(job)
        asked = [notes[_asked(job, number)] for number in _numbers(job, notes) if _nothing(job, number) not in notes]
        return asked[-1].created_at if asked else None

    async def asking(self, job: Job) -> None:
        """The provider is asked next; on return that is on the disk."""
        number = len(_numbers(job, await self._notes(job))) + 1
        await self._note(job, _asked(job, number), "The provider is asked to create the job.")

    async def nothing_came(self, job: Job) -> None:
        """No request of those that were noted has made a job."""
        notes = await self._notes(job)
        for number in _numbers(job, notes):
            if _nothing(job, number) not in notes:
                await self._note(job, _nothing(job, number), "The provider has created nothing.")

    async def _notes(self, job: Job) -> dict[str, JobEvent]:
        events = await self.jobs.events(job.tenant, job.id, _MOST_NOTES)
        return {event.event_id: event for event in events if event.type == OURS}

    async def _note(self, job: Job, note_id: str, message: str) -> None:
        await self.jobs.note(job, [JobEvent(job.id, job.tenant, note_id, self.clock(), "info", OURS, message, {})])


def _numbers(job: Job, notes: dict[str, JobEvent]) -> list[int]:
    """Of the requests that were noted, from 1."""
    return list(takewhile(lambda number: _asked(job, number) in notes, count(1)))


def _asked(job: Job, number: int) -> str:
    return f"{job.id}:create:{number}"


def _nothing(job: Job, number: int) -> str:
    return f"{_asked(job, number)}:nothing"
