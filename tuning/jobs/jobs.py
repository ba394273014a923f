"""A team's fine-tuning jobs: offering, quoting, checking, starting, cancelling and finding them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from storage.jobs import JobStore
from storage.models import ModelStore
from storage.rows import Dataset, DatasetVersion, Job, JobEvent, JobStatus, Place, Tenant
from tuning.access import Viewer, require_change, require_member
from tuning.authority import Hurdle
from tuning.datasets.findings import Finding
from tuning.datasets.intake import Datasets
from tuning.datasets.quotes import Asked, Quote
from tuning.errors import InvalidRequest, JobNotFound, JobOver, ModelForeign, NoJobYet, ProviderError
from tuning.jobs.approvals import Approvals
from tuning.jobs.attempts import OURS
from tuning.jobs.draft_checks import DraftChecks, require_built
from tuning.jobs.drafts import Offer, StartDraft, StartOptions
from tuning.jobs.launch import Launch
from tuning.jobs.methods import BUILT
from tuning.jobs.progress import card
from tuning.jobs.refusals import refusing
from tuning.near import nearest
from tuning.providers.gateway import Gateway
from tuning.providers.gateways import Gateways
from tuning.providers.shapes import TrainableModel
from tuning.spoken import is_foreign


@dataclass(frozen=True, slots=True)
class Jobs:
    """What people do with jobs."""

    store: JobStore
    datasets: Datasets
    models: ModelStore
    gateways: Gateways
    launch: Launch
    approvals: Approvals
    clock: Callable[[], datetime]
    wake: Callable[[], None]
    """Tells the outbox that there are changes to show."""
    _listed: dict[str, list[TrainableModel]] = field(default_factory=dict, init=False)
    """What each provider offered when a form was last built: a submitted form is checked against that, since Slack
    waits three seconds for the answer and the provider may need longer."""

    async def options(self, viewer: Viewer) -> StartOptions:
        """What a job may be started from. A provider that is away offers nothing instead of failing the form.

        Raises:
            NotAMember: nothing may be started by this person.
        """
        tuned = await viewer.visible(await self.models.recent(viewer.tenant))
        offers = []
        for gateway in self.gateways:
            name = gateway.profile.name
            models = await self._trainable(gateway)
            if models is not None:
                self._listed[name] = models
            own = [model for model in tuned if model.provider == name and not model.is_nameless]
            offers.append(Offer(name, gateway.title, models or [], own))
        away = await refusing(self.store, viewer.tenant, self.clock())
        ready = [one for one in await self.datasets.ready(viewer) if one[1].format.method in BUILT]
        return StartOptions(ready, sorted(offers, key=lambda offer: offer.provider in away))

    async def startable(self, viewer: Viewer, dataset_id: str) -> tuple[Dataset, DatasetVersion]:
        """One dataset that a job shall use, with its newest version.

        Raises:
            DatasetNotFound: it was deleted, or may not be shown here.
            DatasetNotReady: the check found something that blocks every job.
            MethodNotBuilt: jobs of its kind can't be started from here.
        """
        dataset, version = await self.datasets.ready_one(viewer, dataset_id)
        require_built(version, self.gateways)
        return dataset, version

    async def quote(self, viewer: Viewer, draft: StartDraft) -> Quote:
        """What the drafted job would cost, and what `auto` becomes.

        Raises:
            DatasetNotFound: the dataset was deleted meanwhile, or may not be shown here.
            ProviderNotConfigured: the provider isn't set up any more.
        """
        await self.datasets.seen(viewer, draft.training_version_id)
        asked = await self._asked(viewer.tenant, draft)
        return await self.datasets.quotes_of.quote(self.gateways.of(draft.provider), asked, self.clock().date())

    async def hurdle(self, viewer: Viewer, quote: Quote) -> Hurdle | None:
        """What starting at this price would need an approval for."""
        return await self.approvals.hurdle(viewer, quote.usd)

    async def check(self, viewer: Viewer, draft: StartDraft, job_id: str = "") -> list[Finding]:
        """Everything that is wrong with the draft; each finding's `path` names the field. Only `E` blocks.

        The provider isn't asked.

        Args:
            job_id: of the drafted job itself, which repeats no other where it is asked for twice.

        Raises:
            DatasetNotFound: a dataset was deleted meanwhile, or may not be shown here.
            DatasetNotReady: a dataset has faults that block every job.
            MethodNotBuilt: jobs on such rows can't be started from here.
            ModelNotFound: the model to continue from isn't the team's, was deleted, or may not be shown here.
            ProviderNotConfigured: the provider isn't set up any more.
        """
        checks = DraftChecks(
            self.store, self.datasets, self.models, self.gateways, self.approvals, self.clock, self._listed
        )
        return await checks.findings(viewer, draft, job_id)

    async def is_foreign(self, viewer: Viewer, draft: StartDraft) -> bool:
        """Whether the drafted model certainly can't write the language that the dataset teaches.

        Raises:
            DatasetNotFound: the dataset was deleted meanwhile.
        """
        _, report = await self.datasets.report(viewer.tenant, draft.training_version_id)
        return is_foreign(draft.provider, draft.base_model, report)

    async def start(self, viewer: Viewer, *, job_id: str, draft: StartDraft) -> Job:
        """Start the drafted job in its dataset's thread: the intent is stored, and durable work brings it to the provider.

        Where the policy asks for an approval, the job is stored as awaiting it, and starts once it is approved. The same `job_id` twice is one job. The provider isn't asked before this returns.

        Raises:
            InvalidRequest: the draft has faults that block it.
            ModelForeign: the model can't write the dataset's language, and the draft doesn't say that it shall all the same.
            NotAMember: this person may start nothing.
        """
        started = await self.store.get(viewer.tenant, job_id)
        if started is None:
            blocking = [finding for finding in await self.check(viewer, draft, job_id) if finding.severity == "E"]
            if blocking:
                raise InvalidRequest(blocking)
            if not draft.is_foreign_accepted and await self.is_foreign(viewer, draft):
                raise ModelForeign
            started = await self.approvals.admit(viewer.actor, await self._drafted(viewer, job_id, draft))
        self.wake()
        if started.status is JobStatus.STARTING:
            await self.launch.begin(started)
        return started

    async def cancel(self, viewer: Viewer, text: str) -> Job:
        """Ask for a job to be cancelled; the follower sees to it, however long the provider is away.

        Raises:
            JobNotFound: no such job.
            NotAllowed: it belongs to somebody else.
            JobOver: it has ended.
        """
        job = await self.status(viewer, text)
        require_change(viewer.actor, job.owner_id, "cancel")
        if job.status.is_final:
            raise JobOver(job.name)
        if job.status is JobStatus.AWAITING_APPROVAL and (
            withdrawn := await self.approvals.withdraw(viewer.actor, job)
        ):
            self.wake()
            return withdrawn
        await self.approvals.note(viewer.actor, job, "cancel")
        asked = await self.store.request_cancel(viewer.tenant, job.id) or job
        await self.store.advance(asked, changes=[card(asked)])
        self.wake()
        if asked.status is JobStatus.STARTING:
            await self.launch.revive(asked)
        return asked

    async def redraw(self, tenant: Tenant, job_id: str) -> None:
        """Have a job's card shown anew, since something beside the job has changed."""
        job = await self.store.get(tenant, job_id)
        if job is not None:
            await self.store.advance(job, changes=[card(job)])
            self.wake()

    async def status(self, viewer: Viewer, text: str) -> Job:
        """The job that is meant by our id, the provider's id or the short name.

        Raises:
            JobNotFound: with the names that come near; a job that may not be shown here is none.
        """
        job = await self.named(viewer, text)
        if job is None:
            names = [known.name for known in await self.recent(viewer)]
            raise JobNotFound(text, nearest(text, names))
        return job

    async def named(self, viewer: Viewer, text: str) -> Job | None:
        """The job that goes by exactly this id or short name and may be shown here, or None."""
        job = await self.store.find(viewer.tenant, text)
        return job if job and await viewer.may_see(job) else None

    async def recent(self, viewer: Viewer) -> list[Job]:
        """The team's jobs that may be shown here, newest first."""
        return await viewer.visible(await self.store.recent(viewer.tenant))

    async def events(self, viewer: Viewer, text: str, limit: int = 100) -> list[JobEvent]:
        """The newest `limit` events of a job as the provider sent them, oldest first.

        Raises:
            JobNotFound: no such job.
        """
        job = await self.status(viewer, text)
        return [event for event in await self.store.events(viewer.tenant, job.id, limit) if event.type != OURS]

    async def in_thread(self, tenant: Tenant, place: Place) -> Job | None:
        """The newest job whose card lives in this thread."""
        return await self.store.in_thread(tenant, place)

    async def in_thread_or_newest(self, viewer: Viewer, place: Place) -> Job:
        """The job that is meant where none is named.

        Raises:
            NoJobYet: the team has no job yet that may be shown here.
        """
        require_member(viewer.actor)
        job = await self.store.in_thread(viewer.tenant, place)
        newest = [job] if job else await self.recent(viewer)
        if not newest:
            raise NoJobYet
        return newest[0]

    async def _asked(self, tenant: Tenant, draft: StartDraft) -> Asked:
        version = await self.datasets.version(tenant, draft.training_version_id)
        return Asked(version, draft.base_model, n_epochs=draft.n_epochs, train_percent=draft.trained_percent)

    async def _drafted(self, viewer: Viewer, job_id: str, draft: StartDraft) -> Job:
        dataset = await self.datasets.of_version(viewer.tenant, draft.training_version_id)
        asked, now = await self._asked(viewer.tenant, draft), self.clock()
        quote = self.datasets.quotes_of.known(self.gateways.of(draft.provider), asked, now.date())
        return Job(
            id=job_id,
            tenant=viewer.tenant,
            name=draft.name_after(dataset.name),
            owner_id=viewer.actor.user_id,
            place=dataset.place,
            request=draft.request(asked.version.format),
            created_at=now,
            status_since=now,
            estimated_tokens=quote.billed_tokens,
            estimated_usd=quote.usd,
        )

    async def _trainable(self, gateway: Gateway) -> list[TrainableModel] | None:
        """What a provider offers; None while it gives no answer."""
        try:
            return await gateway.trainable_models(self.clock().date())
        except ProviderError:
            return None
