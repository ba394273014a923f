"""Where the models that will stop can go: for each, what trains nearly the same at a provider that outlives it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias

from storage.jobs import JobStore
from storage.rows import Job, Model
from tuning import known_models
from tuning.access import Viewer
from tuning.ends import End, end_of
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
    end: End
    """Until when what is trained there will answer."""


@dataclass(frozen=True, slots=True)
class PlannedMove:
    """A model that stops, and where it could be trained again."""

    model: Model
    end: End
    job: Job | None
    """The job that made it, if its data is here; None where the data must be fetched or sampled first."""
    targets: Sequence[Target]


@dataclass(frozen=True, slots=True)
class Moves:
    """Plans, and changes nothing."""

    jobs: JobStore
    models: Models

    async def plan(self, viewer: Viewer) -> list[PlannedMove]:
        """A move for each model that may be shown here and that stops on a day we know, the soonest first."""
        models = await self.models.recent(viewer)
        ends = await self.models.ends(models)
        stopping = [(model, end) for model, end in zip(models, ends, strict=True) if self._is_ahead(end)]
        bases = await self._bases()
        ordered = sorted(stopping, key=lambda one: (one[1].on, one[0].name))
        return [await self._planned(model, end, bases) for model, end in ordered]

    async def of(self, model: Model) -> PlannedMove:
        """Where one model can go, whether it stops or not."""
        (end,) = await self.models.ends([model])
        return await self._planned(model, end, await self._bases())

    async def _planned(self, model: Model, end: End, bases: "Sequence[_Bases]") -> PlannedMove:
        return PlannedMove(model, end, await self._made_by(model), await self._targets(model, end, bases))

    async def _bases(self) -> "list[_Bases]":
        return [(gateway, await self._offered(gateway)) for gateway in self.models.gateways]

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

    async def _targets(self, model: Model, end: End, bases: "Sequence[_Bases]") -> list[Target]:
        targets = []
        for gateway, offered in bases:
            name = gateway.profile.name
            near = known_models.successor_at(name, model.base_model, self.models.today(), offered)
            if not near:
                continue
            then = end_of(name, near, near, await self.models.shutdowns(name))
            stops_too = then.on is not None and end.on is not None and then.on <= end.on
            if not stops_too:
                targets.append(Target(name, gateway.title, near, then))
        return targets


_Bases: TypeAlias = tuple[Gateway, Sequence[str]]
"""A provider, and what it lists itself as trainable."""
