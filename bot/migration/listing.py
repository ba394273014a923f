"""What an account holds to be moved: its jobs that made a model, each with its file, its end and its ways out."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass

from bot.migration.rooms import Rooms
from storage.rows import Job, JobStatus, Model, Place
from tuning.jobs.moves import PlannedMove
from tuning.providers.gateway import Gateway
from tuning.providers.shapes import ProviderJob

_ROWS = 100
_MOST_PAGES = 100


@dataclass(frozen=True, slots=True)
class Old:
    """One model of the account, taken into the migration with its job."""

    job: Job
    model: Model
    has_file: bool
    """Whether its training file is still there."""
    plan: PlannedMove


async def old_models(rooms: Rooms, provider: str, wanted: Collection[str]) -> list[Old]:
    """The account's tuned models, the newest first.

    Args:
        wanted: names of models or ids of jobs; empty for all.

    Raises:
        ProviderError: the provider doesn't answer.
    """
    gateway = rooms.gateways.of(provider)
    return [await _taken(rooms, gateway, job) async for job in _jobs(gateway) if _is_wanted(job, wanted)]


async def _jobs(gateway: Gateway) -> AsyncIterator[ProviderJob]:
    after = ""
    for _ in range(_MOST_PAGES):
        page = await gateway.account_jobs(after, rows=_ROWS)
        for job in page.jobs:
            yield job
        if not page.next_after:
            return
        after = page.next_after


def _is_wanted(job: ProviderJob, wanted: Collection[str]) -> bool:
    has_made = job.status is JobStatus.SUCCEEDED and bool(job.fine_tuned_model)
    return has_made and (not wanted or bool({job.id, job.fine_tuned_model} & set(wanted)))


async def _taken(rooms: Rooms, gateway: Gateway, job: ProviderJob) -> Old:
    async def place() -> Place:
        return Place("terminal", job.id)

    ours = await rooms.account.import_job(rooms.viewer, gateway.profile.name, job.id, place)
    model = await rooms.models.find(rooms.viewer, job.fine_tuned_model)
    has_file = bool(job.training_file_id) and await gateway.has_file(job.training_file_id)
    return Old(ours, model, has_file, await rooms.moving.ways.of(model))
