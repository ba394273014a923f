"""Creating a job at a provider exactly once, however often the provider, the network or we ourselves break."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, pairwise
from typing import Final

from storage.rows import Job
from tuning.errors import (
    ProviderAuthentication,
    ProviderBusy,
    ProviderConfused,
    ProviderError,
    ProviderRefused,
    ProviderUnavailable,
    TrainingNotAvailable,
    UserFacingError,
)
from tuning.jobs.attempts import Attempts
from tuning.jobs.waiting import WAITS_SECONDS, Pause, wait_after
from tuning.providers.gateway import Gateway
from tuning.providers.shapes import ProviderJob

_LOOKS_AFTER_SECONDS: Final = (0, 2, 8, 20, 30, 60, 60, 120)
"""After an unknown outcome we look for five minutes in all before we create again: a host may still be working on
the first request when we have long given it up (`Patience.call_seconds` is one minute), and a job may appear in
the list some time after it was created. Whoever creates sooner pays twice. After a crash the five minutes count from
the moment at which the request was noted, just before it was sent."""
_MOST_CREATIONS: Final = 3


class CancelWanted(Exception):
    """Somebody asked to cancel the job before the provider had it."""


class StartUnknown(UserFacingError):
    """The provider was asked to create the job and then could not be reached: it may be running there."""

    def __init__(self, job_id: str, provider: str) -> None:
        super().__init__("start_unknown", job_id=job_id, provider=provider)


@dataclass(slots=True)
class Creation:
    """One job's way to its provider.

    A create whose outcome is unknown (no answer, a server's fault, a web page, a process that died) is never
    repeated before the provider's own list has shown for five minutes that the job isn't there.

    Args:
        is_cancel_wanted: asked before each create.
        on_wait: told what went wrong, before the next attempt is waited for.
        attempts: what is noted of each create, for whoever continues after a crash.
    """

    gateway: Gateway
    pause: Pause
    clock: Callable[[], datetime]
    is_cancel_wanted: Callable[[], Awaitable[bool]]
    on_wait: Callable[[ProviderError], Awaitable[None]]
    attempts: Attempts
    creations: int = 0
    unknown_since: datetime | None = None
    """From when on the job may exist at the provider; None while it certainly does not."""

    async def find_or_create(self, job: Job, training_file_id: str, validation_file_id: str) -> ProviderJob:
        """The provider's job for `job`, found or created.

        Raises:
            CancelWanted: nothing exists at the provider.
            StartUnknown: the provider could not be asked any more after it had been told to create the job.
            ProviderError: it refuses, or was away for half an hour; nothing exists there.
        """
        self.unknown_since = await self.attempts.open_since(job)
        failure: ProviderError = ProviderUnavailable(self.gateway.title)
        for wait_seconds in WAITS_SECONDS:
            if self.unknown_since is None:
                await self._stop_if_cancelled()
            try:
                found = await self._look(job, training_file_id)
                if found is not None:
                    return found
                if self.creations >= _MOST_CREATIONS:
                    break
                return await self._create(job, training_file_id, validation_file_id)
            except (ProviderUnavailable, ProviderConfused) as error:
                failure = error
            if isinstance(failure, ProviderConfused):
                self.creations = _MOST_CREATIONS
            await self.on_wait(failure)
            await self.pause(wait_after(failure, wait_seconds))
        if self.unknown_since is not None:
            raise StartUnknown(job.id, self.gateway.title) from failure
        raise failure

    async def _look(self, job: Job, training_file_id: str) -> ProviderJob | None:
        try:
            for seconds in self._pauses():
                await self.pause(seconds)
                found = await self.gateway.find_job(job.id, training_file_id)
                if found is not None:
                    return found
        except (ProviderRefused, ProviderAuthentication) as error:
            # A host may offer no list. That is no obstacle as long as nothing can be in it.
            if self.unknown_since is not None:
                raise StartUnknown(job.id, self.gateway.title) from error
        if self.unknown_since is not None:
            await self._nothing_came(job)
        return None

    def _pauses(self) -> list[float]:
        """Before each look; one look is enough where nothing is unknown, or no longer since it was asked for."""
        if self.unknown_since is None:
            return [0]
        passed_seconds = (self.clock() - self.unknown_since).total_seconds()
        return looks_left(max(0.0, passed_seconds))

    async def _create(self, job: Job, training_file_id: str, validation_file_id: str) -> ProviderJob:
        await self._stop_if_cancelled()
        await self.attempts.asking(job)
        self.creations += 1
        try:
            return await self.gateway.create_job(job, training_file_id, validation_file_id)
        except ProviderBusy:
            self.creations -= 1
            await self._nothing_came(job)
            raise
        except (ProviderRefused, ProviderAuthentication, TrainingNotAvailable):
            await self._nothing_came(job)
            raise
        except ProviderError:
            self.unknown_since = self.clock()
            raise

    async def _nothing_came(self, job: Job) -> None:
        await self.attempts.nothing_came(job)
        self.unknown_since = None

    async def _stop_if_cancelled(self) -> None:
        if await self.is_cancel_wanted():
            raise CancelWanted


def looks_left(passed_seconds: float) -> list[float]:
    """The pauses before those looks that are still to come, the first of which comes at once."""
    planned = list(accumulate(_LOOKS_AFTER_SECONDS))
    moments = [passed_seconds, *(moment for moment in planned if moment > passed_seconds)]
    return [0.0, *(later - earlier for earlier, later in pairwise(moments))]
