"""Where the models that will stop can go: for each, what trains nearly the same at a provider that outlives it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from storage.jobs import JobStore
from storage.rows import Job, Model
from tuning import known_models
from tuning.access import Viewer
from tuning.ends import End
from tuning.errors import ProviderError
from tuning.models import Models
from tuning.providers.gateway import Gateway


@dataclass(frozen=True, slots=True)
class Target:
    """One way out: a base model at a provider that is set up."""

    provider: str
    title: str
    """As in sentences."""
    base_model: str


@dataclass(frozen=True, slots=True)
class Move:
    """A model that stops, and where it could be trained again."""

    model: Model
    end: End
    job: Job | None
    """The job that made it, if its data is ours to train on again; None for a model that was only taken over."""
    targets: Sequence[Target]


@dataclass(frozen=True, slots=True)
class Moves:
    """Plans, and changes nothing."""

    jobs: JobStore
    models: Models

    async def plan(self, viewer: Viewer) -> list[Move]:
        """A move for each model that may be shown here and that stops on a day we know, the soonest first."""
        models = await self.models.recent(viewer)
        ends = await self.models.ends(models)
        stopping = [(model, end) for model, end in zip(models, ends, strict=True) if self._is_ahead(end)]
        bases = [(gateway, await self._offered(gateway)) for gateway in self.models.gateways]
        return [
            Move(model, end, await self._made_by(model), [*self._targets(model, end, bases)])
            for model, end in sorted(stopping, key=lambda one: (one[1].on, one[0].name))
        ]

    def _is_ahead(self, end: End) -> bool:
        return end.on is not None and end.on > self.models.today()

    async def _offered(self, gateway: Gateway) -> Sequence[str]:
        """What a provider itself lists as trainable; nothing where the list is ours, or where it doesn't answer."""
        if gateway.profile.lists_models:
            with suppress(ProviderError):
                return [model.id for model in await gateway.trainable_models(self.models.today())]
        return ()

    async def _made_by(self, model: Model) -> Job | None:
        job = await self.jobs.get(model.tenant, model.job_id) if model.job_id else None
        return job if job and job.request.training_version_id else None

    def _targets(self, model: Model, end: End, bases: Sequence[tuple[Gateway, Sequence[str]]]) -> list[Target]:
        targets = []
        for gateway, offered in bases:
            name = gateway.profile.name
            near = known_models.successor_at(name, model.base_model, self.models.today(), offered)
            known = known_models.find(name, near)
            stops_too = known and known.shuts_down_on and end.on and known.shuts_down_on <= end.on
            if near and not stops_too:
                targets.append(Target(name, gateway.title, near))
        return targets
