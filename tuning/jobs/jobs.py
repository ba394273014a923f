"""A team's fine-tuning jobs: offering, quoting, checking, starting, cancelling and finding them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from storage.jobs import JobStore
from storage.models import ModelStore
from storage.rows import DatasetVersion, Job, JobEvent, JobStatus, Place, Tenant
from tuning.access import Actor, require_change
from tuning.datasets.findings import Finding
from tuning.datasets.intake import Datasets
from tuning.datasets.provider_facts import PROVIDER_FACTS
from tuning.datasets.quotes import Asked, Quote
from tuning.datasets.report import Report
from tuning.datasets.requests import check_request
from tuning.datasets.rules.request import Requested
from tuning.errors import InvalidRequest, JobNotFound, JobOver, NoJobYet, ProviderError
from tuning.jobs.drafts import Offer, StartDraft, StartOptions
from tuning.jobs.endings import OURS
from tuning.jobs.launch import Launch
from tuning.jobs.progress import card
from tuning.near import nearest
from tuning.providers.bodies import JOB_KEY
from tuning.providers.gateway import Gateway
from tuning.providers.gateways import Gateways
from tuning.providers.shapes import TrainableModel


@dataclass(frozen=True, slots=True)
class Jobs:
    """What people do with jobs."""

    store: JobStore
    datasets: Datasets
    models: ModelStore
    gateways: Gateways
    launch: Launch
    clock: Callable[[], datetime]
    wake: Callable[[], None]
    """Tells the outbox that there are changes to show."""

    async def options(self, tenant: Tenant) -> StartOptions:
        """What a job may be started from. A provider that is away is named instead of failing the form."""
        tuned = await self.models.recent(tenant)
        offers, away = [], []
        for gateway in self.gateways:
            name = gateway.profile.name
            models = await self._trainable(gateway)
            if models is None:
                away.append(gateway.title)
            own = [model for model in tuned if model.provider == name]
            offers.append(Offer(name, gateway.title, models or [], own))
        return StartOptions(await self.datasets.ready(tenant), offers, away)

    async def quote(self, tenant: Tenant, draft: StartDraft) -> Quote:
        """What the drafted job would cost, and what `auto` becomes.

        Raises:
            DatasetNotFound: the dataset was deleted meanwhile.
            ProviderNotConfigured: the provider isn't set up any more.
        """
        version = await self.datasets.version(tenant, draft.training_version_id)
        percent = 100 if draft.split_train_percent is None else draft.split_train_percent
        asked = Asked(version, draft.base_model, n_epochs=draft.n_epochs, train_percent=percent)
        return await self.datasets.quotes_of.quote(self.gateways.of(draft.provider), asked, self.clock().date())

    async def check(self, tenant: Tenant, draft: StartDraft) -> list[Finding]:
        """Everything that is wrong with the draft; each finding's `path` names the field. Only `E` blocks.

        Raises:
            DatasetNotFound: a dataset was deleted meanwhile.
            DatasetNotReady: a dataset has faults that block every job.
        """
        version = await self.datasets.ready_version(tenant, draft.training_version_id)
        requested = Requested(
            job=draft.request(),
            provider=PROVIDER_FACTS[draft.provider],
            today=self.clock().date(),
            format=version.format,
            examples=version.examples,
            validation_examples=await self._validation_examples(tenant, draft, version),
            metadata={JOB_KEY: "0" * 64},
            offered_models=await self._offered(tenant, draft.provider),
        )
        return list(check_request(requested, Report.from_json(version.report)))

    async def start(self, tenant: Tenant, *, job_id: str, actor: Actor, place: Place, draft: StartDraft) -> Job:
        """Start the drafted job: the intent is stored, and a durable workflow brings it to the provider.

        The same `job_id` twice is one job.

        Raises:
            InvalidRequest: the draft has faults that block it.
        """
        started = await self.store.get(tenant, job_id)
        if started is None:
            blocking = [finding for finding in await self.check(tenant, draft) if finding.severity == "E"]
            if blocking:
                raise InvalidRequest(blocking)
            started = await self.store.add(await self._drafted(tenant, job_id, actor.user_id, place, draft))
        await self.store.advance(started, changes=[card(started)])
        self.wake()
        await self.launch.begin(started)
        return started

    async def cancel(self, tenant: Tenant, actor: Actor, text: str) -> Job:
        """Ask for a job to be cancelled; the follower sees to it, however long the provider is away.

        Raises:
            JobNotFound: no such job.
            NotAllowed: it belongs to somebody else.
            JobOver: it has ended.
        """
        job = await self.status(tenant, text)
        require_change(actor, job.owner_id, "cancel")
        if job.status.is_final:
            raise JobOver(job.name)
        asked = await self.store.request_cancel(tenant, job.id) or job
        await self.store.advance(asked, changes=[card(asked)])
        self.wake()
        if asked.status is JobStatus.STARTING:
            await self.launch.revive(asked)
        return asked

    async def status(self, tenant: Tenant, text: str) -> Job:
        """The job that is meant by our id, the provider's id or the short name.

        Raises:
            JobNotFound: with the names that come near.
        """
        job = await self.store.find(tenant, text)
        if job is None:
            names = [known.name for known in await self.store.recent(tenant)]
            raise JobNotFound(text, nearest(text, names))
        return job

    async def recent(self, tenant: Tenant) -> list[Job]:
        """The team's jobs, newest first."""
        return await self.store.recent(tenant)

    async def events(self, tenant: Tenant, text: str, limit: int = 100) -> list[JobEvent]:
        """The newest `limit` events of a job as the provider sent them, oldest first.

        Raises:
            JobNotFound: no such job.
        """
        job = await self.status(tenant, text)
        return [event for event in await self.store.events(tenant, job.id, limit) if event.type != OURS]

    async def in_thread(self, tenant: Tenant, place: Place) -> Job | None:
        """The newest job whose card lives in this thread."""
        return await self.store.in_thread(tenant, place)

    async def in_thread_or_newest(self, tenant: Tenant, place: Place) -> Job:
        """The job that is meant where none is named.

        Raises:
            JobNotFound: the team has no job yet.
        """
        job = await self.store.in_thread(tenant, place)
        newest = [job] if job else await self.store.recent(tenant, 1)
        if not newest:
            raise NoJobYet
        return newest[0]

    async def _drafted(self, tenant: Tenant, job_id: str, owner_id: str, place: Place, draft: StartDraft) -> Job:
        dataset = await self.datasets.of_version(tenant, draft.training_version_id)
        quote = await self.quote(tenant, draft)
        now = self.clock()
        return Job(
            id=job_id,
            tenant=tenant,
            name=dataset.name,
            owner_id=owner_id,
            place=place,
            request=draft.request(),
            created_at=now,
            status_since=now,
            estimated_tokens=quote.billed_tokens,
            estimated_usd=quote.usd,
        )

    async def _validation_examples(self, tenant: Tenant, draft: StartDraft, training: DatasetVersion) -> int:
        if draft.split_train_percent is not None:
            return training.examples * (100 - draft.split_train_percent) // 100
        if not draft.validation_version_id:
            return 0
        return (await self.datasets.ready_version(tenant, draft.validation_version_id)).examples

    async def _offered(self, tenant: Tenant, provider: str) -> frozenset[str] | None:
        """What the provider lists, with the team's own models; None where its list is ours to know, or it is away."""
        gateway = self.gateways.of(provider)
        models = await self._trainable(gateway) if gateway.profile.lists_models else None
        if models is None:
            return None
        tuned = [model.id for model in await self.models.recent(tenant) if model.provider == provider]
        return frozenset([*(model.id for model in models), *tuned])

    async def _trainable(self, gateway: Gateway) -> list[TrainableModel] | None:
        """What a provider offers; None while it gives no answer."""
        try:
            return await gateway.trainable_models(self.clock().date())
        except ProviderError:
            return None
