"""What a migration works with, in a folder of its own, so that it goes on after a kill and never meets a running bot."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.durable import Durable
from bot.executors import SoleExecutor
from bot.moving_parts import MovingParts
from bot.process import now
from bot.provider_settings import gateway_of
from bot.settings import Settings
from bot.stores import Stores, open_stores
from bot.workflows import Workflows
from storage.leases import Lease
from storage.rows import JSON, Move, Tenant
from tuning.access import Actor, Viewer
from tuning.authority import Policy
from tuning.datasets.intake import Datasets
from tuning.datasets.parts import Parts
from tuning.datasets.quotes import Quotes
from tuning.errors import FileUnavailable
from tuning.jobs.account import Account
from tuning.jobs.approvals import Approvals
from tuning.jobs.follower import Follower
from tuning.jobs.jobs import Jobs
from tuning.jobs.launch import Launch
from tuning.jobs.serving import Serving
from tuning.models import Models
from tuning.moving.moving import Moving
from tuning.providers.gateways import Gateways
from tuning.texts import Texts

LOCAL: Final = Tenant("local")
PERSON: Final = Actor("terminal", is_admin=True)
"""Whoever sits at the terminal holds the keys of both providers; over a cap nobody else is there to approve."""
_LOOK_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Rooms:
    """Everything made once."""

    stores: Stores
    gateways: Gateways
    datasets: Datasets
    jobs: Jobs
    models: Models
    moving: Moving
    account: Account
    serving: Serving
    _durable: Durable
    _launch: Launch
    _follower: Follower
    _parts: MovingParts
    _texts: Texts

    @property
    def viewer(self) -> Viewer:
        return Viewer(LOCAL, PERSON, "", _everywhere)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Starting, following and moving, for as long as the block lasts.

        Raises:
            AlreadyRunning: another migration works in this folder.
        """
        stop = asyncio.Event()

        async def viewer_of(move: Move) -> Viewer:
            del move
            return self.viewer

        mover = self._parts.mover(self.jobs, self._texts, Lease(self.stores.leases, "mover", "sole", now), viewer_of)
        mover.look_seconds = _LOOK_SECONDS
        await self._durable.launch()
        try:
            async with asyncio.TaskGroup() as group:
                for loop in (self._launch, self._follower, mover):
                    group.create_task(loop.run(stop))
                try:
                    yield
                finally:
                    stop.set()
        finally:
            await self._durable.close()


class _Terminal:
    """The source of shared files, of which there are none here."""

    async def read(self, file_reference: JSON) -> AsyncIterator[bytes]:
        raise FileUnavailable("gone", str(file_reference.get("name", "")))
        yield b""


@asynccontextmanager
async def open_rooms(settings: Settings, folder: Path, policy: Policy, texts: Texts) -> AsyncIterator[Rooms]:
    """The rooms in a folder, with all providers that the settings name.

    Raises:
        DatabaseUnavailable: the folder's database can't be opened.
    """
    here = {"data": folder, "given_database_url": "", "bucket_url": ""}
    settings = settings.model_copy(update=here)
    async with AsyncExitStack() as stack:
        stores = await stack.enter_async_context(open_stores(settings))
        gateways = Gateways(list(map(gateway_of, settings.providers)))
        stack.push_async_callback(gateways.close)
        yield _rooms(settings, stores, gateways, policy, texts)


def _rooms(settings: Settings, stores: Stores, gateways: Gateways, policy: Policy, texts: Texts) -> Rooms:
    durable = Durable(settings.durable_url, SoleExecutor(settings.data / "durable.lock"))
    quotes, files = Quotes(stores.files), stores.files
    datasets = Datasets(stores.datasets, files, _Terminal(), gateways, quotes, texts, now, settings.max_file_bytes)
    parts = Parts(stores.datasets, files, now)
    Workflows(durable, stores, gateways, parts, texts, now, _nothing).register_start()
    launch = Launch(stores.jobs, durable.start, durable.progress, now, _nothing)
    approvals = Approvals(stores.starts, stores.audits, policy, launch, now, _nothing)
    jobs = Jobs(stores.jobs, datasets, stores.models, gateways, launch, approvals, now, _nothing)
    models = Models(stores.models, gateways, now, stores.audits)
    moved = MovingParts(stores, gateways, datasets, parts, models, now, _nothing)
    lease = Lease(stores.leases, "follower", "sole", now)
    follower = Follower(
        stores.jobs, stores.datasets, stores.models, gateways, lease, _compared_otherwise, now, _nothing
    )
    return Rooms(
        stores,
        gateways,
        datasets,
        jobs,
        models,
        moved.moving,
        Account(gateways, stores.jobs, stores.models, models, stores.audits, now, _nothing),
        Serving(stores.jobs, stores.models, stores.datasets, gateways, now, _nothing),
        durable,
        launch,
        follower,
        moved,
        texts,
    )


async def _everywhere(channel_id: str) -> bool:
    del channel_id
    return True


async def _compared_otherwise(name: str, workflow_id: str, *arguments: object) -> None:
    """What a job's end starts elsewhere, base against tuned: here the move itself compares old with new."""


def _nothing() -> None:
    """There is no outbox to wake."""
