"""Everything that a provider account holds, whoever made it, and taking some of it into the team."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, TypeAlias

from storage.audits import AuditStore
from storage.jobs import JobStore
from storage.models import ModelStore
from storage.rows import Audit, Job, JobEvent, JobRequest, Model, Place, Tenant
from tuning import known_models
from tuning.access import Viewer, require_admin, require_alone
from tuning.ends import End, end_of
from tuning.errors import JobNotFound, ModelNotFound
from tuning.jobs.progress import card, progressed, stored_event
from tuning.models import Models, format_of_base, model_of
from tuning.providers.gateways import Gateways
from tuning.providers.shapes import AccountModel, ProviderJob

PAGE_ROWS: Final = 15

OpenPlace: TypeAlias = Callable[[], Awaitable[Place]]
"""Makes the thread in which what is taken in will live; called only where it isn't there yet."""


@dataclass(frozen=True, slots=True)
class AccountJobs:
    """One page of a provider's jobs."""

    provider: str
    title: str
    """As in sentences."""
    rows: Sequence[tuple[ProviderJob, Job | None]]
    """Each with the job of this team that it is, if it is one."""
    next_after: str
    """What the next page is asked with; empty at the end."""


@dataclass(frozen=True, slots=True)
class AccountModels:
    """One page of a provider's tuned models."""

    provider: str
    title: str
    rows: Sequence[tuple[AccountModel, Model | None, End]]
    """Each with the model of this team that it is, if it is one, and its end."""
    page: int
    """From 0."""
    total: int
    ends: Sequence[End]
    """Of all pages."""

    @property
    def is_last(self) -> bool:
        return (self.page + 1) * PAGE_ROWS >= self.total


@dataclass(frozen=True, slots=True)
class Account:
    """The lists are for administrators; what another team of this installation follows is never in them."""

    gateways: Gateways
    jobs: JobStore
    models: ModelStore
    ends: Models
    audits: AuditStore
    clock: Callable[[], datetime]
    wake: Callable[[], None]
    """Tells the outbox that there are changes to show."""
    _taking: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    """One thing is taken in after another, so that a double click opens one thread."""

    async def list_jobs(self, viewer: Viewer, provider: str, after: str = "") -> AccountJobs:
        """The page of a provider's jobs after the job of that id.

        Raises:
            AdminsOnly: this person is none.
            ProviderError: the provider doesn't answer, or isn't set up.
        """
        require_admin(viewer.actor)
        require_alone(viewer)
        gateway = self.gateways.of(provider or self.gateways.first)
        page = await gateway.account_jobs(after, rows=PAGE_ROWS)
        followed = {
            job.provider_job_id: job for job in await self.jobs.with_provider_ids([one.id for one in page.jobs])
        }
        rows = [(job, followed.get(job.id)) for job in page.jobs if _is_for(viewer.tenant, followed.get(job.id))]
        return AccountJobs(gateway.profile.name, gateway.title, rows, page.next_after)

    async def list_models(self, viewer: Viewer, provider: str, page: int = 0) -> AccountModels:
        """A page of a provider's tuned models, each with its end.

        Raises:
            AdminsOnly: this person is none.
            ProviderError: the provider doesn't answer, or isn't set up.
        """
        require_admin(viewer.actor)
        require_alone(viewer)
        gateway = self.gateways.of(provider or self.gateways.first)
        tuned = await gateway.tuned_models()
        ours = {model.id: model for model in await self.models.with_ids([one.id for one in tuned])}
        shown = [one for one in tuned if _is_for(viewer.tenant, ours.get(one.id))]
        shutdowns = await self.ends.shutdowns(gateway.profile.name)
        ends = [end_of(gateway.profile.name, one.id, known_models.base_of(one.id), shutdowns) for one in shown]
        every = [(one, ours.get(one.id), end) for one, end in zip(shown, ends, strict=True)]
        rows = every[page * PAGE_ROWS : (page + 1) * PAGE_ROWS]
        return AccountModels(gateway.profile.name, gateway.title, rows, page, len(shown), ends)

    async def import_job(self, viewer: Viewer, provider: str, provider_job_id: str, open_place: OpenPlace) -> Job:
        """Follow a job that was started elsewhere from now on; what it has told until now is kept. Twice is once.

        Raises:
            AdminsOnly: this person is none.
            JobNotFound: another team of this installation follows it.
            ProviderError: the provider doesn't answer, or doesn't know it.
        """
        require_admin(viewer.actor)
        async with self._taking:
            return await self._take_job(viewer, provider, provider_job_id, open_place)

    async def _take_job(self, viewer: Viewer, provider: str, provider_job_id: str, open_place: OpenPlace) -> Job:
        for known in await self.jobs.with_provider_ids([provider_job_id]):
            if known.tenant != viewer.tenant:
                raise JobNotFound(provider_job_id)
            return known
        gateway, now = self.gateways.of(provider), self.clock()
        heard = await gateway.retrieve_job(provider_job_id)
        events = await gateway.events(provider_job_id)
        begun = _adopted(viewer, gateway.account, provider, heard, await open_place(), now)
        kept = await self.jobs.add(begun)
        told: list[JobEvent] = [stored_event(kept, event) for event in events]
        after = progressed(kept, heard, told, now)
        if after.fine_tuned_model and after.status.is_final:
            await self.models.add(model_of(after, None, now))
        await self.jobs.advance(after, told, [card(after)])
        await self._note(viewer, f"job:{after.id}", after.name)
        self.wake()
        return after

    async def import_model(self, viewer: Viewer, provider: str, model_id: str, open_place: OpenPlace) -> Model:
        """Let the team ask a model that was made elsewhere. Twice is once.

        Raises:
            AdminsOnly: this person is none.
            ModelNotFound: the account lists no such model, it is another team's, or the team has deleted it.
            ProviderError: the provider doesn't answer, or isn't set up.
        """
        require_admin(viewer.actor)
        async with self._taking:
            return await self._take_model(viewer, provider, model_id, open_place)

    async def _take_model(self, viewer: Viewer, provider: str, model_id: str, open_place: OpenPlace) -> Model:
        for known in await self.models.with_ids([model_id]):
            if known.tenant != viewer.tenant or known.deleted_at:
                raise ModelNotFound(model_id)
            return known
        gateway = self.gateways.of(provider)
        if all(model.id != model_id for model in await gateway.account_models()):
            raise ModelNotFound(model_id)
        base = known_models.base_of(model_id)
        kept = await self.models.add(
            Model(
                id=model_id,
                tenant=viewer.tenant,
                name=_name_in(model_id) or base,
                provider=provider,
                job_id="",
                base_model=base,
                owner_id=viewer.actor.user_id,
                place=await open_place(),
                format=format_of_base(provider, base),
                system_prompt="",
                prompt_separator="",
                completion_stop="",
                created_at=self.clock(),
            )
        )
        await self._note(viewer, f"model:{kept.id}", kept.name)
        return kept

    async def _note(self, viewer: Viewer, subject: str, name: str) -> None:
        """Write down who has taken something into the team."""
        user_id, now = viewer.actor.user_id, self.clock()
        taken = Audit(viewer.tenant, f"{subject}:import", user_id, "import", subject, now, {"name": name})
        await self.audits.add(taken)


def _is_for(tenant: Tenant, known: Job | Model | None) -> bool:
    return known is None or known.tenant == tenant


def _adopted(viewer: Viewer, account: str, provider: str, heard: ProviderJob, place: Place, now: datetime) -> Job:
    """A foreign job as one of the team's, before anything of its course is noted."""
    tenant = viewer.tenant
    key = f"{tenant.enterprise_id}:{tenant.team_id}:{account}:{heard.id}"
    begun = Job(
        id=f"job_{hashlib.sha256(key.encode()).hexdigest()[:16]}",
        tenant=tenant,
        name=_name_in(heard.fine_tuned_model) or f"{known_models.base_of(heard.model)}-{heard.id[-6:]}",
        owner_id=viewer.actor.user_id,
        place=place,
        request=JobRequest(provider=provider, base_model=heard.model, training_version_id="", method=heard.method),
        created_at=heard.created_at or now,
        provider_job_id=heard.id,
        status_since=now,
    )
    return replace(
        begun,
        training_file_id=heard.training_file_id,
        validation_file_id=heard.validation_file_id,
        started_at=heard.created_at,
    )


def _name_in(model_id: str) -> str:
    """The suffix in `ft:<base>:<organisation>:<suffix>:<id>`, with the id's end so that it stays one's own."""
    suffix = known_models.suffix_of(model_id)
    return f"{suffix}-{model_id.rpartition(':')[2][-6:]}" if suffix else ""
