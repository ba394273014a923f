"""What is wrong with a job before it is asked for: the draft beside its files, the provider, and the team's other jobs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from storage.jobs import JobStore
from storage.models import ModelStore
from storage.rows import DatasetVersion, Job, JobRequest, JobStatus, Tenant
from tuning.access import Viewer
from tuning.datasets.findings import Finding
from tuning.datasets.intake import Datasets
from tuning.datasets.provider_facts import PROVIDER_FACTS
from tuning.datasets.report import Report
from tuning.datasets.requests import check_request
from tuning.datasets.rules.request import Requested, SameJob
from tuning.datasets.rules.sides import HeldOut, Sizes
from tuning.errors import MethodNotBuilt
from tuning.hyperparameters import ADVISED
from tuning.jobs.approvals import Approvals
from tuning.jobs.continuing import require_own
from tuning.jobs.drafts import StartDraft
from tuning.jobs.methods import BUILT
from tuning.jobs.refusals import refusing
from tuning.providers.bodies import JOB_KEY
from tuning.providers.gateways import Gateways
from tuning.providers.shapes import TrainableModel

SAME_JOB: Final = "H006"
"""The finding that somebody may overrule by saying that they want the job twice."""

OVER_BUDGET: Final = "K002"
"""The finding that an approval answers."""

_CAME_TO_NOTHING = frozenset({JobStatus.FAILED, JobStatus.CANCELLED})


@dataclass(frozen=True, slots=True)
class DraftChecks:
    """Looks everything up; the provider isn't asked."""

    store: JobStore
    datasets: Datasets
    models: ModelStore
    gateways: Gateways
    approvals: Approvals
    clock: Callable[[], datetime]
    listed: Mapping[str, Sequence[TrainableModel]]
    """What each provider offered when a form was last built."""

    async def findings(self, viewer: Viewer, draft: StartDraft, job_id: str) -> list[Finding]:
        """Everything that is wrong; each finding's `path` names the field. Only `E` blocks.

        Args:
            job_id: of the drafted job itself, which repeats no other where it is asked for twice.

        Raises:
            As `Jobs.check`.
        """
        await self._require_seen(viewer, draft)
        tenant = viewer.tenant
        version = await self.datasets.ready_version(tenant, draft.training_version_id)
        require_built(version, self.gateways)
        validation = await self._validation(tenant, draft)
        request = draft.request(version.format)
        requested = Requested(
            job=request,
            provider=PROVIDER_FACTS[draft.provider],
            today=self.clock().date(),
            format=version.format,
            examples=version.examples,
            size_bytes=version.size_bytes,
            validation_examples=_validation_examples(draft, version, validation),
            metadata={JOB_KEY: "0" * 64},
            offered_models=await self._offered(tenant, draft),
            host_offers=self.gateways.of(draft.provider).profile.abilities,
            others_that_can=self._others_that_can(request.method),
            same_job=None if draft.is_repeat_accepted else await self._same_job(viewer, request, job_id),
            budget=await self.approvals.budget(viewer),
            held_out=_held_out(version, validation),
            is_refused=draft.provider in await refusing(self.store, tenant, self.clock()),
        )
        return list(check_request(requested, Report.from_json(version.report)))

    async def _require_seen(self, viewer: Viewer, draft: StartDraft) -> None:
        """Let nobody train on what they may not see."""
        await self.datasets.seen(viewer, draft.training_version_id)
        if draft.validation_version_id:
            await self.datasets.seen(viewer, draft.validation_version_id)
        profile = self.gateways.of(draft.provider).profile
        await require_own(viewer, self.models, profile, draft.base_model)

    async def _validation(self, tenant: Tenant, draft: StartDraft) -> DatasetVersion | None:
        """The version that was chosen by hand, where one was."""
        if not draft.validation_version_id or draft.split_train_percent is not None:
            return None
        return await self.datasets.ready_version(tenant, draft.validation_version_id)

    async def _offered(self, tenant: Tenant, draft: StartDraft) -> frozenset[str] | None:
        """What the provider listed, with the team's own models; None where its list is ours to know."""
        if not self.gateways.of(draft.provider).profile.lists_models:
            return None
        listed = self.listed.get(draft.provider)
        if listed is None:
            # The form was built before this process began: the provider itself will say whether it knows the model.
            return frozenset([draft.base_model])
        tuned = [model.id for model in await self.models.recent(tenant) if model.provider == draft.provider]
        return frozenset([*(model.id for model in listed), *tuned])

    def _others_that_can(self, method: str) -> tuple[str, ...]:
        return tuple(gateway.title for gateway in self.gateways if method in gateway.profile.methods)

    async def _same_job(self, viewer: Viewer, request: JobRequest, job_id: str) -> SameJob | None:
        """A job with the same bytes and parameters that runs or ran, of those that this person may know of."""
        wanted = await self._learned(viewer.tenant, request)
        for job in await self.store.recent(viewer.tenant):
            is_other = job.id != job_id and job.status not in _CAME_TO_NOTHING
            if is_other and await self._is_same(viewer, job, wanted):
                return SameJob(job.name, f"<@{job.owner_id}>")
        return None

    async def _is_same(self, viewer: Viewer, job: Job, wanted: JobRequest) -> bool:
        names = ("provider", "base_model", "method", "seed", *ADVISED)
        if any(getattr(job.request, name) != getattr(wanted, name) for name in names):
            return False
        return await self._learned(viewer.tenant, job.request) == wanted and await viewer.may_see(job)

    async def _learned(self, tenant: Tenant, request: JobRequest) -> JobRequest:
        """A request without what doesn't change the model: its files named by their bytes, its name left out."""
        ids = (request.training_version_id, request.validation_version_id)
        training, validation = [await self._bytes_of(tenant, version_id) for version_id in ids]
        return replace(request, training_version_id=training, validation_version_id=validation, suffix="")

    async def _bytes_of(self, tenant: Tenant, version_id: str) -> str:
        """A part that isn't made yet goes by its id, which says how it will be made."""
        version = await self.datasets.store.version(tenant, version_id) if version_id else None
        return version.sha256 if version else version_id


def require_built(version: DatasetVersion, gateways: Gateways) -> None:
    """Let nobody fill in a form for rows that can't be trained on from here.

    Raises:
        MethodNotBuilt: with the providers, set up here, at which it can be done in their own way.
    """
    method = version.format.method
    if method not in BUILT:
        elsewhere = [gateway.title for gateway in gateways if method in gateway.profile.methods]
        raise MethodNotBuilt(version.file_name, elsewhere)


def _validation_examples(draft: StartDraft, training: DatasetVersion, validation: DatasetVersion | None) -> int:
    if draft.split_train_percent is not None:
        return training.examples * draft.validation_percent // 100
    return validation.examples if validation else 0


def _held_out(training: DatasetVersion, validation: DatasetVersion | None) -> HeldOut | None:
    """What is known of both files without reading them, where the second was chosen by hand."""
    if validation is None:
        return None
    is_same_file, sizes = training.sha256 == validation.sha256, Sizes(training.examples, validation.examples)
    return HeldOut(training.format, validation.format, is_same_file, sizes)
