"""The composition root: the only place where the floors meet, and where their work is run together."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

import aiohttp

from bot.durable import Durable
from bot.executors import Executors, LeasedExecutors, SoleExecutor
from bot.pruning import PRUNE_SECONDS, Pruning
from bot.recurring import repeat
from bot.server import build_server
from bot.settings import Settings
from bot.slack import Slack, connect_slack
from bot.stores import Stores, open_stores
from bot.transports import http, socket_mode
from handlers.announcements import Announcements
from handlers.channels import Channels
from handlers.commands import CommandHandlers
from handlers.conversation import Conversation
from handlers.datasets import CHECK, DatasetHandlers
from handlers.errors import Errors
from handlers.home import HomeHandlers
from handlers.inbox import Dispatcher, Inbox
from handlers.messages import MessageHandlers
from handlers.outbox import Outbox
from handlers.pacing import Pacer
from handlers.people import People
from handlers.posting import Posting
from handlers.reports import Reports
from handlers.slack_files import SlackFiles
from handlers.starting import StartHandlers
from handlers.streams import Streams
from handlers.subcommands import Subcommands
from storage.holds import Holds
from storage.rows import JSON, Place, Tenant
from tuning.chat import Chat
from tuning.datasets.intake import Datasets
from tuning.datasets.parts import Parts
from tuning.datasets.quotes import Quotes
from tuning.durable_work import COMPARE, START
from tuning.evaluation.compare import Comparisons
from tuning.jobs.follower import Follower
from tuning.jobs.jobs import Jobs
from tuning.jobs.launch import Launch
from tuning.jobs.start import StartJob, StartSteps
from tuning.jobs.uploads import Uploads
from tuning.models import Models
from tuning.providers.gateway import Gateway
from tuning.providers.gateways import Gateways
from tuning.providers.profiles import PROFILES
from tuning.texts import Texts

logger = logging.getLogger(__name__)

_RESUME_SECONDS = 30
"""How often answers are looked for that a dead process has left."""


def now() -> datetime:
    """The clock that everything is given."""
    return datetime.now(UTC)


def new_id() -> str:
    """An id that is used nowhere else."""
    return uuid4().hex


@dataclass(slots=True)
class Application:
    """The bot, put together: run it until it is asked to stop."""

    settings: Settings
    slack: Slack
    durable: Durable
    inbox: Inbox
    dispatcher: Dispatcher
    follower: Follower
    outbox: Outbox
    conversation: Conversation
    pruning: Pruning
    launch: Launch
    stores: Stores
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    address: str = ""
    """How Slack reaches us, once ready: `Socket Mode`, or the address at which we listen."""

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then take nothing new, finish what has begun, and send what is written."""
        last = asyncio.Event()
        await self.durable.launch()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.outbox.run(last))
                await self._work(stop)
                last.set()
                self.outbox.written.set()
        finally:
            await self.durable.close()

    async def _work(self, stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self.dispatcher.run(stop, self.inbox.arrived))
            group.create_task(self.follower.run(stop))
            group.create_task(self.launch.run(stop))
            group.create_task(repeat(self.conversation.resume, _RESUME_SECONDS, stop))
            group.create_task(repeat(self.pruning.prune, PRUNE_SECONDS, stop))
            async with self._transport() as self.address:
                logger.info("ready", extra={"address": self.address})
                self.ready.set()
                await stop.wait()
            await self.slack.in_flight.drained()

    def _transport(self) -> AbstractAsyncContextManager[str]:
        if self.settings.transport == "socket":
            token = self.settings.slack_app_token.get_secret_value()
            return socket_mode(self.slack.interactions, token, self.slack.client)
        return http(build_server(self.slack.interactions, self.levels), self.settings.host, self.settings.port)

    async def levels(self) -> Mapping[str, float]:
        """What waits and what runs, for operators."""
        return {
            "inbox_waiting": len(await self.stores.inbox.waiting(limit=1000)),
            "changes_waiting": len(await self.stores.changes.waiting(limit=1000)),
            "deliveries_due": len(await self.stores.deliveries.due(now(), limit=1000)),
            "jobs_live": len(await self.stores.jobs.live()),
        }


@asynccontextmanager
async def build(settings: Settings) -> AsyncIterator[Application]:
    """Open everything that the settings name and put it together.

    Raises:
        DatabaseUnavailable: the database doesn't answer.
        SlackApiError: Slack doesn't take the bot token.
        WrongSettings: the team's channel is none that the bot can post to.
    """
    async with AsyncExitStack() as stack:
        stores = await stack.enter_async_context(open_stores(settings))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        slack = await connect_slack(settings, session)
        gateways = Gateways([_gateway(settings)])
        stack.push_async_callback(gateways.close)
        yield _Composition(settings, stores, slack, gateways, session).application()


def _gateway(settings: Settings) -> Gateway:
    profile = PROFILES[settings.provider]
    return Gateway(profile, base_url=settings.provider_url, key=settings.provider_key)


class _Composition:
    """Each part made once, from the parts below it."""

    def __init__(
        self, settings: Settings, stores: Stores, slack: Slack, gateways: Gateways, session: aiohttp.ClientSession
    ) -> None:
        self.settings, self.stores, self.slack, self.gateways = settings, stores, slack, gateways
        self.texts = Texts.load()
        self.durable = Durable(settings.durable_url, _executors(settings, stores))
        self.people = People(
            slack.client,
            stores.people,
            self.texts,
            settings.language,
            frozenset(settings.admins),
            now,
            Channels(slack.client, now),
        )
        self.pacer = Pacer(time.monotonic)
        announcements = Announcements(
            stores.changes, stores.jobs, stores.deliveries, self.people, settings.team_channel, now, stores.models
        )
        self.owner = _owner(settings)
        self.holds = Holds(stores.leases, "turn:", self.owner)
        self.outbox = Outbox(
            Posting(slack.posting_client, self.pacer),
            stores.deliveries,
            announcements,
            stores.leases,
            now,
            self.owner,
        )
        self.parts = Parts(stores.datasets, stores.files, now)
        self.datasets = Datasets(
            stores.datasets,
            stores.files,
            SlackFiles(slack.client, session, settings.slack_file_hosts, settings.max_file_bytes),
            gateways,
            Quotes(stores.files),
            self.texts,
            now,
            settings.max_file_bytes,
        )
        self.launch = Launch(stores.jobs, self.durable.start, self.durable.progress, now, self.wake)
        self.jobs = Jobs(stores.jobs, self.datasets, stores.models, gateways, self.launch, now, self.wake)
        self.models = Models(stores.models, gateways, now)
        self.reports = Reports(self.datasets)
        self.subcommands = Subcommands(
            self.jobs, self.models, self.reports, announcements, slack.client, slack.bot_user_id
        )

    def wake(self) -> None:
        """There is something to show."""
        self.outbox.written.set()

    def application(self) -> Application:
        stores, slack = self.stores, self.slack
        chat = Chat(stores.turns, stores.models, self.gateways, now, new_id, self.holds)
        streams = Streams(slack.client, self.pacer, asyncio.sleep)
        conversation = Conversation(self.people, self.outbox, self.subcommands, self.models, chat, streams, new_id)
        errors = Errors(self.people, self.outbox, new_id)
        inbox = Inbox(stores.inbox, self._is_our_thread, now)
        self._register_listeners(conversation, errors, inbox)
        self._register_workflows()
        return Application(
            settings=self.settings,
            slack=slack,
            durable=self.durable,
            inbox=inbox,
            dispatcher=Dispatcher(stores.inbox, slack.events, errors.apologise, now, new_id),
            follower=self._follower(),
            outbox=self.outbox,
            conversation=conversation,
            pruning=Pruning(stores, self.durable, self.holds, now),
            launch=self.launch,
            stores=stores,
        )

    def _register_listeners(self, conversation: Conversation, errors: Errors, inbox: Inbox) -> None:
        slack, people = self.slack, self.people
        self.dataset_handlers = DatasetHandlers(
            self.reports,
            self.outbox,
            self.stores.deliveries,
            people,
            self.durable.start,
            slack.client,
            asyncio.sleep,
            new_id,
        )
        slack.interactions.use(inbox.keep)
        starting = StartHandlers(slack.client, people, self.jobs)
        starting.register(slack.interactions)
        CommandHandlers(people, self.subcommands, starting).register(slack.interactions)
        self.dataset_handlers.register(slack.interactions)
        MessageHandlers(self.dataset_handlers, conversation).register(slack.events)
        HomeHandlers(slack.client, people, self.outbox, self.jobs, self.models).register(slack.events)
        errors.register(slack.interactions, slack.events)

    def _register_workflows(self) -> None:
        durable, handlers = self.durable, self.dataset_handlers
        receive = durable.step("receive_dataset", handlers.receive)
        report = durable.step("report_dataset", handlers.report)

        async def check_dataset(shared: JSON) -> None:
            await report(shared, await receive(shared))

        steps = self._start_steps()
        start_job = StartJob(
            prepare=durable.step("prepare_job", steps.prepare),
            upload=durable.step("upload_files", steps.upload),
            create=durable.step("create_job", steps.create),
            end=durable.step("end_job", steps.end),
        )
        compare = durable.step("compare_models", self._comparisons().compare)
        durable.workflow(CHECK, check_dataset)
        durable.workflow(START, start_job.run)
        durable.workflow(COMPARE, compare)

    def _start_steps(self) -> StartSteps:
        stores = self.stores
        return StartSteps(
            jobs=stores.jobs,
            datasets=stores.datasets,
            parts=self.parts,
            uploads=Uploads(stores.files, stores.provider_files, asyncio.sleep),
            gateways=self.gateways,
            pause=asyncio.sleep,
            clock=now,
            wake=self.wake,
        )

    def _comparisons(self) -> Comparisons:
        stores = self.stores
        return Comparisons(
            stores.jobs,
            stores.models,
            stores.datasets,
            stores.files,
            self.gateways,
            self.texts,
            asyncio.sleep,
            self.wake,
        )

    def _follower(self) -> Follower:
        stores = self.stores
        return Follower(
            jobs=stores.jobs,
            datasets=stores.datasets,
            models=stores.models,
            gateways=self.gateways,
            leases=stores.leases,
            start_durable=self.durable.start,
            clock=now,
            wake=self.wake,
            owner=self.owner,
        )

    async def _is_our_thread(self, tenant: Tenant, place: Place) -> bool:
        return await self.stores.jobs.in_thread(tenant, place) is not None


def _owner(settings: Settings) -> str:
    """Names this process among those that hold leases; a SQLite file has one at a time, which waits for no dead one."""
    return "sole" if settings.database_url.startswith("sqlite") else new_id()


def _executors(settings: Settings, stores: Stores) -> Executors:
    if settings.database_url.startswith("sqlite"):
        return SoleExecutor(settings.data / "durable.lock")
    return LeasedExecutors(stores.leases)
