"""Models that answer only once somebody has deployed them at their provider: noting under which name."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from storage.datasets import DatasetStore
from storage.jobs import JobStore
from storage.models import ModelStore
from storage.rows import Job, JobStatus, Model
from tuning.access import Viewer, require_change
from tuning.errors import ModelNotFound
from tuning.jobs.progress import card
from tuning.models import model_of


@dataclass(frozen=True, slots=True)
class Serving:
    """The names under which tuned models are deployed."""

    jobs: JobStore
    models: ModelStore
    datasets: DatasetStore
    clock: Callable[[], datetime]
    wake: Callable[[], None]
    """Tells the outbox that there are changes to show."""

    async def register(self, viewer: Viewer, text: str, deployed_as: str) -> Model:
        """Note that the model of a job, named by either, answers as `deployed_as` from now on.

        Some hosts name no model at the end of a job (seen at Nebius); then this name is the only one it has.

        Raises:
            ModelNotFound: nothing of that name has made a model, or may be shown here.
            NotAllowed: it belongs to somebody else.
        """
        model = await self.models.find(viewer.tenant, text)
        if model and await viewer.may_see(model):
            require_change(viewer.actor, model.owner_id, "serve")
            await self.models.serve_as(viewer.tenant, model.id, deployed_as)
            return replace(model, served_as=deployed_as)
        job = await self.jobs.find(viewer.tenant, text)
        if job is None or not await viewer.may_see(job) or job.status is not JobStatus.SUCCEEDED:
            raise ModelNotFound(text)
        require_change(viewer.actor, job.owner_id, "serve")
        return await self._of_nameless(job, deployed_as)

    async def _of_nameless(self, job: Job, deployed_as: str) -> Model:
        named = replace(job, fine_tuned_model=deployed_as)
        version = await self.datasets.version(job.tenant, job.request.training_version_id)
        model = model_of(named, version, self.clock())
        await self.models.add(model)
        await self.jobs.advance(named, changes=[card(named)])
        self.wake()
        return model
