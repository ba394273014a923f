"""Creating a job at a provider exactly once, however often the provider, the network or we ourselves break."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
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
from tuning.jobs.waiting import WAITS_SECONDS, Pause, wait_after
from tuning.providers.gateway import Gateway
from tuning.providers.shapes import ProviderJob

_LOOKS_AFTER_SECONDS: Final = (0, 2, 8, 20, 30, 60, 60, 120)
"""After an unknown outcome we look for five minutes in all before we create again: a host may still be working on
the first request when we have long given it up (`Patience.call_seconds` is one minute), and a job may appear in
the list some time after it was created. Whoever creates sooner pays twice."""
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
        may_exist: whether an earlier attempt, perhaps of a process that died, may have reached the provider.
        is_cancel_wanted: asked before each create.
        on_wait: told what went wrong, before the next attempt is waited for.
    """

    gateway: Gateway
    pause: Pause
    is_cancel_wanted: Callable[[], Awaitable[bool]]
    may_exist: bool
    on_wait: Callable[[ProviderError], Awaitable[None]]
    creations: int = 0

    async def find_or_create(self, job: Job, training_file_id: str, validation_file_id: str) -> ProviderJob:
        """The provider's job for `job`, found or created.

        Raises:
            CancelWanted: nothing exists at the provider.
            StartUnknown: the provider could not be asked any more after it had been told to create the job.
            ProviderError: it refuses, or was away for half an hour; nothing exists there.
        """
        failure: ProviderError = ProviderUnavailable(self.gateway.title)
        for wait_seconds in WAITS_SECONDS:
            if not self.may_exist:
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
        if self.may_exist:
            raise StartUnknown(job.id, self.gateway.title) from failure
        raise failure

    async def _look(self, job: Job, training_file_id: str) -> ProviderJob | None:
        try:
            for seconds in _LOOKS_AFTER_SECONDS if self.may_exist else _LOOKS_AFTER_SECONDS[:1]:
                await self.pause(seconds)
                found = await self.gateway.find_job(job.id, training_file_id)
                if found is not None:
                    return found
        except (ProviderRefused, ProviderAuthentication) as error:
            # A host may offer no list. That is no obstacle as long as nothing can be in it.
            if self.may_exist:
                raise StartUnknown(job.id, self.gateway.title) from error
        self.may_exist = False
        return None

    async def _create(self, job: Job, training_file_id: str, validation_file_id: str) -> ProviderJob:
        await self._stop_if_cancelled()
        self.may_exist = True
        self.creations += 1
        try:
            return await self.gateway.create_job(job, training_file_id, validation_file_id)
        except ProviderBusy:
            self.may_exist = False
            self.creations -= 1
            raise
        except (ProviderRefused, ProviderAuthentication, TrainingNotAvailable):
            self.may_exist = False
            raise

    async def _stop_if_cancelled(self) -> None:
        if await self.is_cancel_wanted():
            raise CancelWanted
