"""Deleting a dataset: our copy, what was derived from it, and the provider's file; and saying what remains."""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from storage.audits import AuditStore
from storage.datasets import DatasetStore
from storage.files import FileStore
from storage.jobs import JobStore
from storage.models import ModelStore
from storage.provider_files import ProviderFileStore
from storage.rows import Audit, Dataset, DatasetVersion, Job, Model, ProviderFile, Tenant
from tuning.access import Viewer, require_change
from tuning.datasets.intake import Datasets
from tuning.datasets.merging import Holder, holders
from tuning.errors import DatasetInUse, ProviderError, UserFacingError
from tuning.providers.gateway import Gateway
from tuning.providers.gateways import Gateways
from tuning.providers.training_files import upload_name

logger = logging.getLogger(__name__)


_THE_SETTINGS: Final = ""
"""Who decided, where nobody did: how long datasets are kept."""


@dataclass(frozen=True, slots=True)
class AtProvider:
    """What became of a provider's file."""

    file_id: str
    provider: str
    """As in sentences; empty where its account is no longer set up."""
    fault: UserFacingError | None = None
    """Why it could not be deleted."""
    is_kept: bool = False
    """Whether it stays without a fault: the host deletes no files, or something else rests on it."""

    @property
    def is_deleted(self) -> bool:
        return self.fault is None and not self.is_kept and bool(self.provider)


@dataclass(frozen=True, slots=True)
class Removed:
    """What was deleted with a dataset, and what is still there."""

    dataset: Dataset
    versions: int
    files: tuple[AtProvider, ...]
    jobs: tuple[Job, ...]
    """Their records stay."""
    models: tuple[Model, ...]
    """Tuned on it, and still there."""
    holders: tuple[Holder, ...] = ()
    """Versions of other datasets that hold rows of it, and still do."""


@dataclass(frozen=True, slots=True)
class Use:
    """What rests on a dataset."""

    dataset: Dataset
    versions: tuple[DatasetVersion, ...]
    jobs: tuple[Job, ...]
    models: tuple[Model, ...]
    holders: tuple[Holder, ...] = ()
    """Versions of other datasets that hold rows of it."""


@dataclass(frozen=True, slots=True)
class Removal:
    """Deletes datasets for their owners and for administrators, and those that are older than an operator allows."""

    datasets: Datasets
    store: DatasetStore
    files: FileStore
    provider_files: ProviderFileStore
    jobs: JobStore
    models: ModelStore
    gateways: Gateways
    audits: AuditStore
    clock: Callable[[], datetime]

    async def use(self, viewer: Viewer, text: str) -> Use:
        """What would go and what rests on it, for the question before.

        Raises:
            DatasetNotFound: no such dataset, or none that may be shown here.
            NotAllowed: it belongs to somebody else.
        """
        dataset = await self.datasets.find(viewer, text)
        require_change(viewer.actor, dataset.owner_id, "delete")
        return await self.use_of(dataset)

    async def remove(self, viewer: Viewer, text: str) -> Removed:
        """Delete a dataset: at the providers first, then its rows, then its bytes.

        Raises:
            DatasetNotFound: no such dataset, or none that may be shown here.
            NotAllowed: it belongs to somebody else.
            DatasetInUse: a job that hasn't ended needs it.
        """
        return await self._remove(await self.use(viewer, text), viewer.actor.user_id)

    async def shared_as(self, tenant: Tenant, slack_file_id: str) -> list[Dataset]:
        """The datasets that were made of a file that is gone from Slack."""
        return await self.store.shared_as(tenant, slack_file_id)

    async def expire(self, before: datetime) -> list[Removed]:
        """Delete the datasets of all teams that nobody has added to or trained on since a moment."""
        removed = []
        for dataset in await self.store.made_before(before):
            use = await self.use_of(dataset)
            if all(job.status.is_final and job.created_at < before for job in use.jobs):
                removed.append(await self._remove(use, _THE_SETTINGS))
                logger.info("dataset_expired", extra={"dataset_id": dataset.id, "team_id": dataset.tenant.team_id})
        return removed

    async def use_of(self, dataset: Dataset) -> Use:
        """What rests on a dataset, whoever asks."""
        jobs = await self.jobs.trained_on(dataset.tenant, dataset.id)
        made = [await self.models.get(dataset.tenant, job.fine_tuned_model) for job in jobs if job.fine_tuned_model]
        models = tuple(model for model in made if model is not None and model.deleted_at is None)
        versions = await self.store.versions(dataset.tenant, dataset.id)
        holding = await holders(self.store, dataset)
        return Use(dataset, tuple(versions), tuple(jobs), models, tuple(holding))

    async def _remove(self, use: Use, actor_id: str) -> Removed:
        dataset = use.dataset
        if live := next((job for job in use.jobs if not job.status.is_final), None):
            raise DatasetInUse(dataset.name, live.name)
        files = [await self._delete_file(file) for file in await self._provider_files(use)]
        for sha256 in await self.store.delete(dataset.tenant, dataset.id):
            await self.files.delete(sha256, self.store.uses)
        subject, left = f"dataset:{dataset.id}", [file.file_id for file in files if not file.is_deleted]
        details = {"name": dataset.name, "owner": dataset.owner_id, "versions": len(use.versions), "left": left}
        action = "delete" if actor_id else "expire"
        audit = Audit(dataset.tenant, f"{subject}:{action}", actor_id, action, subject, self.clock(), details)
        await self.audits.add(audit)
        return Removed(dataset, len(use.versions), tuple(files), use.jobs, use.models, use.holders)

    async def _provider_files(self, use: Use) -> list[ProviderFile]:
        """The uploads of bytes that no other dataset of the team has."""
        tenant, own = use.dataset.tenant, {version.sha256 for version in use.versions}
        elsewhere = {
            version.sha256
            for sha256 in own
            for version in await self.store.with_bytes(tenant, sha256)
            if version.dataset_id != use.dataset.id
        }
        return await self.provider_files.of_bytes(tenant, own - elsewhere)

    async def _delete_file(self, file: ProviderFile) -> AtProvider:
        gateway = self._gateway_of(file) or await self._holder_of(file)
        if gateway is None:
            return AtProvider(file.file_id, "")
        if await self.provider_files.is_shared(file):
            await self.provider_files.forget(file.tenant, file.account, file.sha256)
            return AtProvider(file.file_id, gateway.title, is_kept=True)
        try:
            is_deleted = await gateway.delete_file(file.file_id)
        except ProviderError as error:
            return AtProvider(file.file_id, gateway.title, fault=error)
        if is_deleted:
            await self.provider_files.forget(file.tenant, file.account, file.sha256)
        return AtProvider(file.file_id, gateway.title, is_kept=not is_deleted)

    async def _holder_of(self, file: ProviderFile) -> Gateway | None:
        """The provider that has the file under our name for it: after its key was changed, the account goes by another."""
        name = upload_name(file.account.partition(":")[2], file.sha256)
        for gateway in self.gateways:
            with suppress(ProviderError):
                if await gateway.find_file(name) == file.file_id:
                    return gateway
        return None

    def _gateway_of(self, file: ProviderFile) -> Gateway | None:
        account = file.account.partition(":")[0]
        return next((gateway for gateway in self.gateways if gateway.account == account), None)
