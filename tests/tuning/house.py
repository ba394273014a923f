"""The use cases of `tuning`, wired as the bot wires them, on SQLite and with a clock that tests move."""

import itertools
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.audits import AuditStore
from storage.datasets import DatasetStore
from storage.files import FileStore
from storage.holds import Holds
from storage.jobs import JobStore
from storage.leases import Lease, LeaseStore
from storage.models import ModelStore
from storage.provider_files import ProviderFileStore
from storage.rows import Place, Tenant
from storage.starts import StartStore
from storage.turns import TurnStore
from tuning.access import Actor, Viewer
from tuning.authority import Policy
from tuning.chat import Chat
from tuning.datasets.intake import Datasets
from tuning.datasets.parts import Parts
from tuning.datasets.quotes import Quotes
from tuning.datasets.removal import Removal
from tuning.datasets.revisions import Revisions
from tuning.evaluation.compare import Comparisons
from tuning.jobs.approvals import Approvals
from tuning.jobs.drafts import StartDraft
from tuning.jobs.follower import Follower
from tuning.jobs.jobs import Jobs
from tuning.jobs.launch import Launch
from tuning.jobs.serving import Serving
from tuning.jobs.start import StartJob, StartSteps
from tuning.jobs.uploads import Uploads
from tuning.models import Models
from tuning.providers.gateways import Gateways
from tuning.texts import Texts


async def nowhere(channel_id):
    """No channel is public."""
    return False


class House:
    """The rooms of `tuning` around one provider. Pauses pass at once and are noted; durable work waits to be run."""

    tenant = Tenant("T1")
    owner = Actor("U1")
    place = Place("C1", "1.0")
    viewer = Viewer(tenant, owner, place.channel_id, nowhere)

    def __init__(self, database, gateway, folder):
        self.now = datetime(2026, 11, 22, 12, tzinfo=UTC)
        self.pauses, self.started, self.over, self.shared = [], [], set(), {}
        self.on_pause = lambda: None
        self.gateways = Gateways(gateway if isinstance(gateway, list) else [gateway])
        self.texts = Texts.load()
        self.files = FileStore(folder)
        self.job_store, self.dataset_store = JobStore(database), DatasetStore(database)
        self.model_store, self.turns = ModelStore(database), TurnStore(database)
        self.provider_files, self.leases = ProviderFileStore(database), LeaseStore(database)
        self.woken = 0
        self.parts = Parts(self.dataset_store, self.files, self.clock)
        self.datasets = Datasets(
            store=self.dataset_store,
            files=self.files,
            source=self,
            gateways=self.gateways,
            quotes_of=Quotes(self.files),
            texts=self.texts,
            clock=self.clock,
            max_bytes=1_000_000,
        )
        self.revisions = Revisions(
            self.dataset_store, self.files, self.parts, self.datasets.options, self.clock, 1_000_000
        )
        self.launch = Launch(self.job_store, self.start_durable, self.durable_progress, self.clock, self.wake)
        self.audits, self.starts = AuditStore(database), StartStore(database)
        self.jobs = self.jobs_under(Policy(does_everybody_start=True))
        uploads = Uploads(self.files, self.provider_files, self.pause)
        self.steps = StartSteps(
            self.job_store, self.dataset_store, self.parts, uploads, self.gateways, self.pause, self.clock, self.wake
        )
        self.serving = Serving(
            self.job_store, self.model_store, self.dataset_store, self.gateways, self.clock, self.wake
        )
        self.removal = Removal(
            self.datasets,
            self.dataset_store,
            self.files,
            self.provider_files,
            self.job_store,
            self.model_store,
            self.gateways,
            self.audits,
            self.clock,
        )
        self.models = Models(self.model_store, self.gateways, self.clock, self.audits)
        self.chat = Chat(self.turns, self.model_store, self.gateways, self.clock, self.new_id, self.holds("this"))
        self.ids = itertools.count(1)
        self.comparisons = Comparisons(
            jobs=self.job_store,
            models=self.model_store,
            datasets=self.dataset_store,
            files=self.files,
            gateways=self.gateways,
            texts=self.texts,
            pause=self.pause,
            wake=self.wake,
        )

    def jobs_under(self, policy):
        """Jobs as a policy lets them start."""
        approvals = Approvals(self.starts, self.audits, policy, self.launch, self.clock, self.wake)
        return Jobs(
            self.job_store,
            self.datasets,
            self.model_store,
            self.gateways,
            self.launch,
            approvals,
            self.clock,
            self.wake,
        )

    def clock(self):
        return self.now

    def new_id(self):
        return f"id_{next(self.ids)}"

    def wake(self):
        self.woken += 1

    def later(self, seconds):
        self.now += timedelta(seconds=seconds)

    async def pause(self, seconds):
        self.pauses.append(seconds)
        self.later(seconds)
        self.on_pause()

    async def start_durable(self, name, workflow_id, *arguments):
        if workflow_id not in [started[1] for started in self.started]:
            self.started.append((name, workflow_id, *arguments))

    async def durable_progress(self, workflow_id):
        if workflow_id in self.over:
            return "over"
        return "running" if workflow_id in [started[1] for started in self.started] else "unknown"

    async def read(self, file_reference):
        yield self.shared[file_reference["id"]]

    def follower(self, jobs=None):
        return Follower(
            jobs=jobs or self.job_store,
            datasets=self.dataset_store,
            models=self.model_store,
            gateways=self.gateways,
            lease=Lease(self.leases, "follower", "test", self.clock),
            start_durable=self.start_durable,
            clock=self.clock,
            wake=self.wake,
        )

    async def dataset(self, example="marv.jsonl", dataset_id="ds_1"):
        """A dataset out of the examples, received as if somebody had shared it."""
        self.shared[dataset_id] = (Path(__file__).parents[2] / "examples" / example).read_bytes()
        return await self.datasets.receive(
            self.tenant,
            dataset_id=dataset_id,
            owner_id=self.owner.user_id,
            place=self.place,
            slack_file={"id": dataset_id, "name": example},
        )

    async def draft(self, **choices):
        version = await self.dataset()
        provider = next(iter(self.gateways)).profile.name
        return StartDraft(version.id, provider, **{"base_model": "smol", "is_repeat_accepted": True, **choices})

    def holds(self, owner, seconds=30):
        """What a process works on."""
        return Holds(self.leases, "turn:", owner, seconds)

    async def asked(self, job_id="job_1", **choices):
        """A job whose start is noted and not yet done."""
        draft = await self.draft(**choices)
        return await self.jobs.start(self.viewer, job_id=job_id, draft=draft)

    async def run_start(self, job_id="job_1"):
        steps = self.steps
        work = StartJob(steps.prepare, steps.upload, steps.create, steps.end)
        outcome = await work.run(asdict(self.tenant), job_id)
        return outcome, await self.job_store.get(self.tenant, job_id)

    async def running(self, **choices):
        """A job that the provider has accepted."""
        await self.asked(**choices)
        return (await self.run_start())[1]
