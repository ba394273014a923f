"""The datasets of a team: taken in, checked, quoted and found."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from storage import errors as storage_errors
from storage.datasets import DatasetStore
from storage.files import FileStore
from storage.incoming_file import StoredFile
from storage.rows import JSON, Dataset, DatasetVersion, Place, Tenant
from tuning.access import Viewer, require_change
from tuning.datasets.estimates import Estimate, estimates
from tuning.datasets.incoming import Incoming, Source, short_name
from tuning.datasets.options import CheckOptions, KnownFiles
from tuning.datasets.provider_facts import PROVIDER_FACTS
from tuning.datasets.quotes import Quote, Quotes
from tuning.datasets.report import Report
from tuning.datasets.stored import Tell, check_stored
from tuning.datasets.withheld_versions import withheld_rows
from tuning.datasets.wording import Wording
from tuning.errors import DatasetNotFound, DatasetNotReady, FileTooLarge, NoDatasetYet, ProviderError
from tuning.near import nearest
from tuning.providers.gateways import Gateways
from tuning.texts import Language, Texts

__all__ = ["Datasets", "Quote", "Source"]

_MARKS: Final = {"E": "✗", "W": "!", "I": "·"}


@dataclass(frozen=True, slots=True)
class Datasets:
    """What people do with datasets."""

    store: DatasetStore
    files: FileStore
    source: Source
    gateways: Gateways
    quotes_of: Quotes
    texts: Texts
    clock: Callable[[], datetime]
    max_bytes: int

    async def receive(
        self,
        tenant: Tenant,
        *,
        dataset_id: str,
        owner_id: str,
        place: Place,
        slack_file: JSON,
        tell: Tell | None = None,
    ) -> DatasetVersion:
        """Fetch a shared file, store its bytes and check them. The same `dataset_id` twice is one dataset.

        Args:
            slack_file: the stored reference, with `id` and `name`, as the source understands it.
            tell: told how far the check has come.

        Raises:
            FileUnavailable: it was deleted, or belongs to somebody else.
            FileTooLarge: it is larger than this installation accepts.
        """
        incoming = Incoming(str(slack_file["name"]), slack_file_id=str(slack_file["id"]), tell=tell)
        return await self.take_in(tenant, dataset_id, owner_id, place, incoming, lambda: self.source.read(slack_file))

    async def take_in(
        self,
        tenant: Tenant,
        dataset_id: str,
        owner_id: str,
        place: Place,
        incoming: Incoming,
        read: Callable[[], AsyncIterator[bytes]],
    ) -> DatasetVersion:
        """Store bytes from anywhere as a dataset, and check them. The same `dataset_id` twice is one dataset.

        Raises:
            FileTooLarge: it is larger than this installation accepts.
        """
        received = await self.store.versions(tenant, dataset_id)
        if received:
            return received[0]
        file_name = incoming.file_name
        try:
            stored = await self.files.put(read(), self.max_bytes)
        except storage_errors.FileTooLarge as error:
            raise FileTooLarge(file_name, self.max_bytes) from error
        known = await self._known(tenant, owner_id, place, stored.sha256)
        counting = asyncio.create_task(self._count_ahead(stored))
        try:
            withheld = await withheld_rows(self.store, self.files, tenant, self.clock().date())
            options = replace(self.options(file_name, known), withheld_rows=withheld)
            report = await check_stored(self.files, stored.sha256, options, incoming.tell)
            if report.is_ready:
                await counting
        finally:
            counting.cancel()
        now = self.clock()
        version = DatasetVersion(
            id=f"{dataset_id}-v1",
            tenant=tenant,
            dataset_id=dataset_id,
            number=1,
            file_name=file_name,
            sha256=stored.sha256,
            size_bytes=stored.size_bytes,
            format=report.format,
            examples=report.examples,
            is_ready=report.is_ready,
            report=report.to_json(),
            origin=incoming.origin,
            parent_id="",
            created_at=now,
            lineage=incoming.lineage,
        )
        name = short_name(file_name)
        dataset = Dataset(dataset_id, tenant, name, owner_id, place, incoming.slack_file_id, now)
        await self.store.add(dataset, version)
        if not await self.files.has(stored.sha256):
            # Another dataset had the same bytes and was deleted before this one's row was there.
            await self.files.put(read(), self.max_bytes)
        return version

    async def _count_ahead(self, stored: StoredFile) -> None:
        today = self.clock().date()
        for gateway in self.gateways:
            await self.quotes_of.count_ahead(gateway, stored, today)

    def options(self, file_name: str, known_files: KnownFiles) -> CheckOptions:
        """What a file is measured against: the provider that is offered first, and what was shared before."""
        provider = next(iter(self.gateways)).profile.name
        return CheckOptions(file_name, self.clock().date(), PROVIDER_FACTS[provider], known_files=known_files)

    async def _known(self, tenant: Tenant, owner_id: str, place: Place, sha256: str) -> KnownFiles:
        """Where these bytes are already, of what their owner may be told: a dataset of their own or of this channel."""
        for version in await self.store.with_bytes(tenant, sha256):
            dataset = await self.store.get(tenant, version.dataset_id)
            if dataset and (dataset.owner_id == owner_id or dataset.place.channel_id == place.channel_id):
                return {sha256: (dataset.name, version.number)}
        return {}

    async def version(self, tenant: Tenant, version_id: str) -> DatasetVersion:
        """A version by its id.

        Raises:
            DatasetNotFound: it was deleted.
        """
        version = await self.store.version(tenant, version_id)
        if version is None:
            raise DatasetNotFound(version_id)
        return version

    async def ready_version(self, tenant: Tenant, version_id: str) -> DatasetVersion:
        """A version that a job may use.

        Raises:
            DatasetNotFound: it was deleted.
            DatasetNotReady: the check found something that blocks every job.
        """
        version, report = await self.report(tenant, version_id)
        if not version.is_ready:
            raise DatasetNotReady(version.file_name, report.things_to_fix)
        return version

    async def newest_version(self, tenant: Tenant, dataset_id: str) -> DatasetVersion:
        """The newest version of a dataset that is no part of a split.

        Raises:
            DatasetNotFound: it was deleted.
        """
        whole = [version for version in await self.store.versions(tenant, dataset_id) if not version.is_part]
        if not whole:
            raise DatasetNotFound(dataset_id)
        return whole[-1]

    async def report(self, tenant: Tenant, version_id: str) -> tuple[DatasetVersion, Report]:
        """A version with the report on it.

        Raises:
            DatasetNotFound: it was deleted.
        """
        version = await self.version(tenant, version_id)
        return version, Report.from_json(version.report)

    async def quotes(self, tenant: Tenant, version_id: str) -> list[Quote]:
        """One quote for each model that the providers can train; a provider that is away offers none."""
        version, today = await self.version(tenant, version_id), self.clock().date()
        quotes: list[Quote] = []
        for gateway in self.gateways:
            try:
                models = await gateway.trainable_models(today)
                quotes += await self.quotes_of.for_models(gateway, version, models, today)
            except ProviderError:
                continue
        return quotes

    def estimates(self, report: Report) -> list[Estimate]:
        """What training would cost today with every known model of the providers that are set up here; nobody is asked."""
        return estimates(report, [gateway.profile.name for gateway in self.gateways], self.clock().date())

    async def find(self, viewer: Viewer, text: str) -> Dataset:
        """The dataset that is meant by its id or its name.

        Raises:
            DatasetNotFound: with the names that come near; a dataset that may not be shown here is none.
        """
        dataset = await self.store.find(viewer.tenant, text)
        if dataset is None or not await viewer.may_see(dataset):
            names = [known.name for known in await self.recent(viewer)]
            raise DatasetNotFound(text, nearest(text, names))
        return dataset

    async def named_or_newest(self, viewer: Viewer, text: str) -> Dataset:
        """The dataset that is named, else the newest that may be shown here.

        Raises:
            DatasetNotFound: as `find`.
            NoDatasetYet: nothing is named, and there is none.
        """
        if text:
            return await self.find(viewer, text)
        recent = await self.recent(viewer)
        if not recent:
            raise NoDatasetYet
        return recent[0]

    async def of_version(self, tenant: Tenant, version_id: str) -> Dataset:
        """The dataset to which a version belongs, whoever asks.

        Raises:
            DatasetNotFound: it was deleted.
        """
        dataset = await self.store.get(tenant, (await self.version(tenant, version_id)).dataset_id)
        if dataset is None:
            raise DatasetNotFound(version_id)
        return dataset

    async def seen(self, viewer: Viewer, version_id: str) -> Dataset:
        """The dataset to which a version belongs, if it may be shown here.

        Raises:
            DatasetNotFound: it was deleted, or may not be shown here.
        """
        return await self.find(viewer, (await self.version(viewer.tenant, version_id)).dataset_id)

    async def to_change(self, viewer: Viewer, version_id: str) -> Dataset:
        """The dataset to which a version is to be added, which others train on from then on.

        Raises:
            DatasetNotFound: it was deleted, or may not be shown here.
            NotAllowed: it belongs to somebody else.
        """
        dataset = await self.seen(viewer, version_id)
        require_change(viewer.actor, dataset.owner_id, "revise")
        return dataset

    async def recent(self, viewer: Viewer) -> list[Dataset]:
        """The team's datasets that may be shown here, newest first."""
        return await viewer.visible(await self.store.recent(viewer.tenant))

    async def own(self, viewer: Viewer) -> list[tuple[Dataset, DatasetVersion]]:
        """The datasets of whoever asks, with their newest versions, newest first."""
        mine = [dataset for dataset in await self.recent(viewer) if dataset.owner_id == viewer.actor.user_id]
        return [(dataset, await self.newest_version(viewer.tenant, dataset.id)) for dataset in mine]

    async def ready(self, viewer: Viewer) -> list[tuple[Dataset, DatasetVersion]]:
        """The datasets that a job may use and that may be shown here, with their newest versions, newest first."""
        datasets = await self.recent(viewer)
        newest = [(dataset, await self.newest_version(viewer.tenant, dataset.id)) for dataset in datasets]
        return [(dataset, version) for dataset, version in newest if version.is_ready]

    async def ready_one(self, viewer: Viewer, dataset_id: str) -> tuple[Dataset, DatasetVersion]:
        """One dataset that a job shall use, with its newest version.

        Raises:
            DatasetNotFound: it was deleted, or may not be shown here.
            DatasetNotReady: the check found something that blocks every job.
        """
        dataset = await self.find(viewer, dataset_id)
        newest = await self.newest_version(viewer.tenant, dataset.id)
        return dataset, await self.ready_version(viewer.tenant, newest.id)

    async def findings_file(self, tenant: Tenant, version_id: str, language: Language) -> bytes:
        """Every finding on a version as lines of text, gravest first.

        Raises:
            DatasetNotFound: it was deleted.
        """
        _, report = await self.report(tenant, version_id)
        wording = Wording(self.texts, language)
        ordered = sorted(report.findings, key=lambda finding: list(_MARKS).index(finding.severity))
        lines = (
            f"{_MARKS[one.severity]} {one.code}  {wording.message(one)}  {wording.fix(one)}  {wording.seen(one)}".rstrip()
            for one in ordered
        )
        return "\n".join([*lines, ""]).encode()
