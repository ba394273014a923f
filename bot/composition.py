"""Every part of the bot, made once from the parts below it."""

import asyncio
import time

import aiohttp

from bot.application import Application
from bot.durable import Durable
from bot.moving_parts import MovingParts
from bot.noun_commands import NounCommands
from bot.packaged import packaged
from bot.process import ALONE, executors, new_id, now, owner
from bot.pruning import Pruning, Retention
from bot.settings import Settings
from bot.slack import Slack
from bot.stores import Stores
from bot.workflows import Workflows
from handlers.advice_commands import AdviceCommands
from handlers.announcements import Announcements
from handlers.approval_commands import ApprovalCommands
from handlers.approval_reminders import ApprovalReminders
from handlers.approval_requests import ApprovalRequests
from handlers.approvers import Approvers
from handlers.channels import Channels
from handlers.commands import CommandHandlers
from handlers.conversation import Conversation
from handlers.dataset_commands import DatasetCommands
from handlers.datasets import DatasetHandlers
from handlers.digest import Digests
from handlers.end_reminders import EndReminders, Team
from handlers.errors import Errors
from handlers.estimate_commands import EstimateCommands
from handlers.example import ExampleHandlers
from handlers.home import HomeHandlers
from handlers.inbox import Dispatcher, Inbox
from handlers.kept_datasets import KeptDatasets
from handlers.messages import MessageHandlers
from handlers.move_offers import MoveOffers
from handlers.open_homes import OpenHomes
from handlers.outbox import POLL_SECONDS, POLL_SECONDS_ALONE, Outbox
from handlers.pacing import Pacer
from handlers.packaged_files import PackagedFiles
from handlers.people import People
from handlers.posting import Posting
from handlers.reports import Reports
from handlers.revision_commands import RevisionCommands
from handlers.revision_steps import RevisionSteps
from handlers.shortcuts import ShortcutHandlers
from handlers.slack_files import SlackFiles
from handlers.starting import StartHandlers
from handlers.streams import Streams
from handlers.subcommands import Subcommands
from handlers.trials import TrialHandlers
from handlers.version_commands import VersionCommands
from handlers.welcome import WelcomeHandlers
from handlers.welcome_commands import WelcomeCommands
from storage.holds import Holds
from storage.leases import Lease
from storage.rows import Job, Move, Place, Tenant
from tuning.access import Viewer
from tuning.chat import Chat
from tuning.datasets.intake import Datasets
from tuning.datasets.parts import Parts
from tuning.datasets.quotes import Quotes
from tuning.datasets.removal import Removal
from tuning.datasets.revisions import Revisions
from tuning.datasets.versions import Versions
from tuning.jobs.approvals import Approvals
from tuning.jobs.expiry import Expiry
from tuning.jobs.follower import Follower
from tuning.jobs.jobs import Jobs
from tuning.jobs.launch import Launch
from tuning.models import Models
from tuning.providers.gateways import Gateways
from tuning.texts import BY_MENTION, Texts
from tuning.trials.trials import Trials


class Composition:
    """Each part made once, from the parts below it."""

    def __init__(
        self,
        settings: Settings,
        stores: Stores,
        slack: Slack,
        gateways: Gateways,
        session: aiohttp.ClientSession,
        texts: Texts | None,
    ) -> None:
        self.settings, self.stores, self.slack, self.gateways = settings, stores, slack, gateways
        self.texts = texts or Texts.load("" if slack.hears_channels else BY_MENTION)
        self.durable = Durable(settings.durable_url, executors(settings.database_url, settings.data, stores.leases))
        self.channels = Channels(slack.client, now)
        self.people = People(
            slack.client,
            stores.people,
            self.texts,
            settings.language,
            frozenset(settings.admins),
            now,
            self.channels,
            stores.preferences,
            gateways.titles,
        )
        self.pacer, self.open_homes = Pacer(time.monotonic), OpenHomes()
        approvers = Approvers(slack.client, settings.admins, now)
        self.requests = ApprovalRequests(approvers, stores.audits, stores.deliveries, self.people, now)
        announcements = Announcements(
            stores.changes,
            stores.jobs,
            stores.deliveries,
            self.people,
            settings.team_channel,
            now,
            stores.models,
            self._on_stage,
            gateways.titles,
        )
        self.owner = owner(settings.database_url)
        self.holds = Holds(stores.leases, "turn:", self.owner)
        self.outbox = Outbox(
            Posting(slack.posting_client, self.pacer),
            stores.deliveries,
            announcements,
            self._lease("outbox"),
            now,
            POLL_SECONDS_ALONE if self.owner == ALONE else POLL_SECONDS,
        )
        shared_files = SlackFiles(slack.client, session, settings.slack_file_hosts, settings.max_file_bytes)
        self.datasets = Datasets(
            stores.datasets,
            stores.files,
            PackagedFiles(packaged("examples"), shared_files),
            gateways,
            Quotes(stores.files),
            self.texts,
            now,
            settings.max_file_bytes,
        )
        self.launch = Launch(stores.jobs, self.durable.start, self.durable.progress, now, self.wake)
        self.approvals = Approvals(stores.starts, stores.audits, settings.policy, self.launch, now, self.wake)
        self.jobs = Jobs(
            stores.jobs, self.datasets, stores.models, gateways, self.launch, self.approvals, now, self.wake
        )
        self.models = Models(stores.models, gateways, now, stores.audits)
        self.parts = Parts(stores.datasets, stores.files, now)
        self.revisions = Revisions(
            stores.datasets, stores.files, self.parts, self.datasets.options, now, settings.max_file_bytes
        )
        self.reports = Reports(self.datasets, self.revisions)
        self.kept = KeptDatasets(
            self.reports,
            Removal(
                self.datasets,
                stores.datasets,
                stores.files,
                stores.provider_files,
                stores.jobs,
                stores.models,
                gateways,
                stores.audits,
                now,
            ),
            self.outbox,
            stores.deliveries,
            self.people,
            now,
        )
        self.versions = Versions(self.datasets, stores.datasets, stores.files, stores.jobs, now)
        self.trials = Trials(stores.trials, self.datasets, gateways, self.durable.start, now)
        welcome = WelcomeCommands(self.channels, gateways, slack.bot_user_id, now)
        revision_commands = RevisionCommands(self.datasets, self.revisions, self.durable.start, new_id)
        self.moves = MovingParts(stores, gateways, self.datasets, self.parts, self.models, now, self.wake)
        self.moves.announce(announcements, self.reports, self.people)
        nouns = NounCommands(
            stores, gateways, self.jobs, self.models, self.moves.moving, announcements, slack, now, self.wake
        )
        self.subcommands = Subcommands.of(
            [
                *nouns.tables(),
                ApprovalCommands(self.approvals).table(),
                DatasetCommands(self.reports).table(),
                revision_commands.table(),
                EstimateCommands(self.versions, self.jobs).table(),
                VersionCommands(self.reports, self.versions, revision_commands, self.models, slack.client).table(),
                welcome.table(),
                AdviceCommands(self.trials, welcome).table(),
                self.kept.table(),
            ]
        )

    def _lease(self, name: str) -> Lease:
        return Lease(self.stores.leases, name, self.owner, now)

    async def _viewer_of(self, move: Move) -> Viewer:
        return await self.people.viewer(move.tenant, move.owner_id, move.place.channel_id)

    async def _on_stage(self, job: Job) -> None:
        self.open_homes.changed(job.tenant, job.owner_id)
        await self.requests.show(job)

    def wake(self) -> None:
        """There is something to show."""
        self.outbox.written.set()

    def application(self) -> Application:
        stores, slack = self.stores, self.slack
        team = Team(slack.tenant, self.settings.team_channel)
        chat = Chat(stores.turns, stores.models, self.gateways, now, new_id, self.holds)
        streams = Streams(slack.client, self.pacer, asyncio.sleep)
        conversation = Conversation(
            self.people, self.outbox, self.subcommands, self.jobs, self.models, chat, streams, new_id
        )
        errors = Errors(self.people, self.outbox, new_id)
        inbox = Inbox(stores.inbox, self._is_our_thread, now)
        self._register_listeners(conversation, errors, inbox)
        workflows = Workflows(self.durable, stores, self.gateways, self.parts, self.texts, now, self.wake)
        steps = RevisionSteps(self.reports, self.revisions, self.outbox, self.people, asyncio.sleep, new_id)
        workflows.register(self.dataset_handlers, self.example_handlers, steps, self.trial_handlers)
        return Application(
            settings=self.settings,
            slack=slack,
            durable=self.durable,
            inbox=inbox,
            dispatcher=Dispatcher(stores.inbox, slack.events, errors.apologise, now, new_id, self.owner),
            follower=self._follower(),
            outbox=self.outbox,
            conversation=conversation,
            homes=self.homes,
            digests=self._digests(),
            pruning=Pruning(stores, self.durable, self.holds, now, Retention.of(self.settings), self.kept.expire),
            end_reminders=EndReminders(self.models, self.outbox, stores.deliveries, self.people, team, now),
            approval_reminders=ApprovalReminders(
                stores.starts, self.requests, self.outbox, Expiry(stores.starts, now, self.wake), slack.tenant, now
            ),
            launch=self.launch,
            mover=self.moves.mover(self.jobs, self.texts, self._lease("mover"), self._viewer_of),
            stores=stores,
            clock=now,
            texts=self.texts,
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
        self.example_handlers = ExampleHandlers(slack.client, people, self.datasets, self.durable.start, asyncio.sleep)
        self.trial_handlers = TrialHandlers(slack.client, people, self.outbox, self.trials, asyncio.sleep)
        slack.interactions.use(inbox.keep)
        starting = StartHandlers(slack.client, people, self.jobs)
        starting.register(slack.interactions)
        MoveOffers(slack.client, people, self.moves.moving).register(slack.interactions)
        CommandHandlers(people, self.subcommands, starting).register(slack.interactions)
        self.dataset_handlers.register(slack.interactions)
        self.kept.register(slack.events)
        MessageHandlers(self.dataset_handlers, self.kept, conversation).register(slack.events)
        self.homes = HomeHandlers(slack.client, people, self.outbox, self.jobs, self.models, self.open_homes)
        self.homes.register(slack.events)
        WelcomeHandlers(people, self.homes).register(slack.interactions)
        self.example_handlers.register(slack.interactions)
        self.trial_handlers.register(slack.interactions)
        ShortcutHandlers(people, self.channels, self.dataset_handlers, slack.bot_user_id).register(slack.interactions)
        errors.register(slack.interactions, slack.events)

    def _digests(self) -> Digests:
        settings, stores = self.settings, self.stores
        tenant, channel = self.slack.tenant, settings.team_channel
        return Digests(stores.jobs, self.models, self.people, self.outbox, tenant, channel, settings.digest, now)

    def _follower(self) -> Follower:
        stores = self.stores
        return Follower(
            jobs=stores.jobs,
            datasets=stores.datasets,
            models=stores.models,
            gateways=self.gateways,
            lease=self._lease("follower"),
            start_durable=self.durable.start,
            clock=now,
            wake=self.wake,
        )

    async def _is_our_thread(self, tenant: Tenant, place: Place) -> bool:
        return any([await self.stores.jobs.in_thread(tenant, place), await self.stores.models.in_thread(tenant, place)])
