"""Models that answer only once somebody has deployed them at their provider: noting under which name."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from storage.datasets import DatasetStore
from storage.jobs import JobStore
from storage.models import ModelStore
from storage.rows import Job, JobStatus, Model
from tuning import known_models
from tuning.access import Viewer, require_admin
from tuning.errors import ModelNotFound, UserFacingError
from tuning.jobs.progress import card
from tuning.models import model_of
from tuning.providers.gateways import Gateways


class ServesByItself(UserFacingError):
    """The provider needs no deployment: there, another name could only lead to another model."""

    def __init__(self, provider: str) -> None:
        super().__init__("serves_by_itself", provider=provider)


class DeploymentTaken(UserFacingError):
    """The name is another model's, perhaps another team's."""

    def __init__(self, text: str) -> None:
        super().__init__("deployment_taken", text=text)


@dataclass(frozen=True, slots=True)
class Serving:
    """The names under which tuned models are deployed.

    Only an administrator registers them: whoever names a deployment decides which model of the whole account is asked,
    with our key. Some hosts name no model at the end of a job (seen at Nebius); then this name is the only one it has.
    """

    jobs: JobStore
    models: ModelStore
    datasets: DatasetStore
    gateways: Gateways
    clock: Callable[[], datetime]
    wake: Callable[[], None]
    """Tells the outbox that there are changes to show."""

    async def register(self, viewer: Viewer, text: str, deployed_as: str) -> Model:
        """Note that the model of a job, named by either, answers as `deployed_as` from now on.

        Raises:
            AdminsOnly: this person is none.
            ModelNotFound: nothing of that name has made a model, it was deleted, or it may not be shown here.
            ServesByItself: its provider knows no deployments.
            DeploymentTaken: another model goes by that name, tuned or known to everybody.
            ProviderNotConfigured: its provider isn't set up any more.
        """
        require_admin(viewer.actor, "admins_only_serve")
        model = await self.models.find(viewer.tenant, text)
        if model and await viewer.may_see(model):
            return await self._serve(model, deployed_as)
        job = await self.jobs.find(viewer.tenant, text)
        if job is None or not await viewer.may_see(job) or job.status is not JobStatus.SUCCEEDED:
            raise ModelNotFound(text)
        if job.fine_tuned_model:  # It had a model, which was deleted.
            raise ModelNotFound(text)
        return await self._serve_nameless(job, deployed_as)

    async def _serve(self, model: Model, deployed_as: str) -> Model:
        await self._require_free(model, deployed_as)
        await self.models.serve_as(model.tenant, model.id, deployed_as)
        return replace(model, served_as=deployed_as)

    async def _serve_nameless(self, job: Job, deployed_as: str) -> Model:
        """The job's own id stands for the name that its provider hasn't given: what was typed may be anything."""
        named = replace(job, fine_tuned_model=job.id)
        version = await self.datasets.version(job.tenant, job.request.training_version_id)
        model = replace(model_of(named, version, self.clock()), served_as=deployed_as)
        await self._require_free(model, deployed_as)
        kept = await self.models.add(model)
        await self.jobs.advance(named, changes=[card(named)])
        self.wake()
        return kept

    async def _require_free(self, model: Model, name: str) -> None:
        gateway = self.gateways.of(model.provider)
        if not gateway.profile.serves_by_deployment:
            raise ServesByItself(gateway.title)
        if known_models.find_anywhere(name):
            raise DeploymentTaken(name)
        for other in await self.models.called(name):
            is_itself = (other.tenant, other.id) == (model.tenant, model.id)
            if not is_itself and not (other.tenant == model.tenant and other.deleted_at):
                raise DeploymentTaken(name)
