"""Bringing the bytes of a dataset to a provider's account, once."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from storage.files import FileStore
from storage.provider_files import ProviderFileStore
from storage.rows import DatasetVersion
from tuning.errors import ProviderError, ProviderMissing, ProviderUnavailable
from tuning.jobs.waiting import WAITS_SECONDS, Pause, wait_after
from tuning.providers.gateway import Gateway
from tuning.providers.training_files import upload_name

OnWait: TypeAlias = Callable[[ProviderError], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Uploads:
    """Training files at providers: the same bytes are uploaded once an account."""

    files: FileStore
    provider_files: ProviderFileStore
    pause: Pause

    async def file_id(self, gateway: Gateway, version: DatasetVersion, job_id: str, on_wait: OnWait) -> str:
        """The provider's file with the bytes of `version`, uploaded if it isn't there yet.

        Where jobs are recognised by their training file, each job gets a file of its own. `on_wait` is told what
        went wrong before the next attempt is waited for, and may raise to give up.

        Raises:
            ProviderError: the provider refuses, or was away for half an hour.
            storage.errors.FileMissing: we no longer have the bytes ourselves.
        """
        scope = _scope(gateway, job_id)
        account, name = f"{gateway.account}:{scope}", upload_name(scope, version.sha256)
        known = await self.provider_files.get(version.tenant, account, version.sha256)
        if known is not None:
            return known
        file_id = await self._find_or_upload(gateway, version, name, on_wait)
        await self.provider_files.put(version.tenant, account, version.sha256, file_id)
        return file_id

    async def await_ready(self, gateway: Gateway, file_ids: Iterable[str], on_wait: OnWait) -> None:
        """Wait until a job may name the files, where the host wouldn't wait by itself; half an hour at most.

        After that the host is asked all the same: its own refusal says more than we could.
        """
        waits = iter(WAITS_SECONDS)
        for file_id in file_ids:
            while not await self._is_ready(gateway, file_id, on_wait) and (seconds := next(waits, None)) is not None:
                await self.pause(seconds)

    async def _is_ready(self, gateway: Gateway, file_id: str, on_wait: OnWait) -> bool:
        try:
            return await gateway.is_file_ready(file_id)
        except ProviderUnavailable as error:
            await on_wait(error)
            return False

    async def forget(self, gateway: Gateway, version: DatasetVersion, job_id: str) -> None:
        """The provider no longer has the file, so that it is uploaded again when it is next wanted."""
        account = f"{gateway.account}:{_scope(gateway, job_id)}"
        await self.provider_files.forget(version.tenant, account, version.sha256)

    async def _find_or_upload(self, gateway: Gateway, version: DatasetVersion, name: str, on_wait: OnWait) -> str:
        path = await self.files.path(version.sha256)
        for wait_seconds in WAITS_SECONDS:
            try:
                return await _find(gateway, name) or await gateway.upload(path, name)
            except ProviderUnavailable as error:
                await on_wait(error)
                await self.pause(wait_after(error, wait_seconds))
        raise ProviderUnavailable(gateway.title)


def _scope(gateway: Gateway, job_id: str) -> str:
    return "" if gateway.profile.keeps_metadata else f"{job_id}-"


async def _find(gateway: Gateway, name: str) -> str | None:
    """The file of an earlier upload whose end we didn't see; not every host lists files."""
    try:
        return await gateway.find_file(name)
    except ProviderMissing:
        return None
