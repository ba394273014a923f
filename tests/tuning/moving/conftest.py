"""An 'OpenAI' with an old model, a new provider beside it, and the mover between them."""

import json
from decimal import Decimal

import pytest

from storage.leases import Lease
from storage.moves import MoveStore
from tests.tuning.conftest import QUICK
from tests.tuning.house import House
from tests.tuning.scripted_host import ScriptedHost, served
from tuning.access import Actor, Viewer
from tuning.jobs.account import Account
from tuning.jobs.moves import Moves
from tuning.moving.data import OldData
from tuning.moving.mover import Mover, Steps
from tuning.moving.moving import Moving, Offered
from tuning.moving.sampling import Sampling
from tuning.moving.side_by_side import SideBySide
from tuning.providers.gateway import Gateway
from tuning.providers.profiles import OPENAI, TRAINER

BASE = "gpt-4.1-mini-2025-04-14"
OLD = f"ft:{BASE}:us:tone:abc123def"


def rows(count=20):
    """A training file of chat, each row another."""
    asked = [(f"Question number {number} about cats?", f"Answer {number}, purred.") for number in range(count)]
    return [
        {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]}
        for question, answer in asked
    ]


def jsonl(lines):
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


class OldHost(ScriptedHost):
    """OpenAI with one job that has made a model, and its training file."""

    def __init__(self):
        super().__init__()
        self.answer = "The old answer."
        self.files = [{"id": "file-old", "filename": "tone.jsonl", "content": "\ufeff" + jsonl(rows()).decode()}]
        self.jobs = [
            {
                "id": "ftjob-old",
                "model": BASE,
                "status": "succeeded",
                "training_file": "file-old",
                "fine_tuned_model": OLD,
                "created_at": 1_790_000_000,
                "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 2, "batch_size": 4}}},
            }
        ]
        self.models = [{"id": BASE, "shutdown_date": "2027-01-14"}, {"id": OLD, "created": 1_790_000_000}]


class MovingHouse(House):
    """The house with two providers and the rooms of the move."""

    def __init__(self, database, gateways, folder):
        super().__init__(database, gateways, folder)
        self.owner = Actor("U1", is_admin=True)
        self.viewer = Viewer(self.tenant, self.owner, self.place.channel_id, self.viewer.is_public)
        self.account = Account(
            self.gateways, self.job_store, self.model_store, self.models, self.audits, self.clock, self.wake
        )
        self.moves = MoveStore(database)
        self.moving = Moving(
            self.moves,
            self.models,
            self.datasets,
            Moves(self.job_store, self.models),
            self.audits,
            self.clock,
            self.wake,
        )
        self.mover = self.another_mover()

    def another_mover(self, jobs=None):
        """A mover as after a restart."""
        steps = Steps(
            moves=self.moves,
            models=self.model_store,
            jobs=jobs or self.jobs,
            data=OldData(self.job_store, self.datasets, self.parts, self.gateways),
            sampling=Sampling(self.moves, self.datasets, self.files, self.gateways, self.clock),
            side_by_side=SideBySide(self.dataset_store, self.files, self.gateways, self.texts, self.clock),
            viewer_of=self.viewer_of,
        )
        return Mover(steps, Lease(self.leases, "mover", "test", self.clock), self.clock, self.wake)

    async def viewer_of(self, move):
        return self.viewer

    async def open_place(self):
        return self.place

    async def old_model(self):
        """The old model, taken into the team with its job."""
        await self.account.import_job(self.viewer, "openai", "ftjob-old", self.open_place)
        return await self.model_store.get(self.tenant, OLD)

    async def prompts(self, count=12):
        """A dataset of the team's own prompts, without answers."""
        self.shared["ds_p"] = jsonl({"prompt": f"Prompt number {number}?"} for number in range(count))
        return await self.datasets.receive(
            self.tenant,
            dataset_id="ds_p",
            owner_id=self.owner.user_id,
            place=self.place,
            slack_file={"id": "ds_p", "name": "prompts.jsonl"},
        )

    async def moved(self, move):
        """The move as it stands after another sweep."""
        await self.mover.sweep()
        return await self.moves.get(self.tenant, move.id)

    async def trained(self, host, move, model="ft:new"):
        """Start the move's job, and have its provider end it."""
        outcome, job = await self.run_start(move.job_id)
        assert outcome == {"ok": True}, job
        host.job(job.provider_job_id).update(status="succeeded", fine_tuned_model=model)
        await self.follower().sweep()
        return job


@pytest.fixture
async def old_host():
    host = OldHost()
    async with served(host.app()) as host.base_url:
        yield host


@pytest.fixture
async def moving_house(tables, tmp_path, host, old_host):
    """Makes a house of which one provider is the old one, and the other as asked for."""
    opened = []

    def make(profile=TRAINER):
        opened.append(Gateway(profile, base_url=host.base_url, key="k-new", patience=QUICK))
        opened.append(Gateway(OPENAI, base_url=old_host.base_url, key="k-old", patience=QUICK))
        return MovingHouse(tables, opened[-2:], tmp_path / "files")

    yield make
    for gateway in opened:
        await gateway.close()


def offered(version, budget, *, accepted=True):
    return Offered(version.id, None if budget is None else Decimal(budget), are_terms_accepted=accepted)
