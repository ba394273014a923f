"""A provider on loopback that speaks the fine-tuning protocol from memory and misbehaves on request, and beside it
the use cases of `tuning`, wired as the bot wires them, on SQLite and with a clock that tests move."""

import asyncio
import itertools
import json
import socket
from collections import defaultdict, deque
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from storage.datasets import DatasetStore
from storage.engine import Database
from storage.files import FileStore
from storage.jobs import JobStore
from storage.leases import LeaseStore
from storage.models import ModelStore
from storage.provider_files import ProviderFileStore
from storage.rows import Place, Tenant
from storage.turns import TurnStore
from tuning.access import Actor
from tuning.chat import Chat
from tuning.datasets.intake import Datasets
from tuning.datasets.parts import Parts
from tuning.datasets.quotes import Quotes
from tuning.evaluation.compare import Comparisons
from tuning.jobs.drafts import StartDraft
from tuning.jobs.follower import Follower
from tuning.jobs.jobs import Jobs
from tuning.jobs.start import StartJob, StartSteps
from tuning.jobs.uploads import Uploads
from tuning.models import Models
from tuning.providers.gateway import Gateway, Patience
from tuning.providers.gateways import Gateways
from tuning.providers.profiles import TRAINER
from tuning.texts import Texts

QUICK = Patience(connect_seconds=2, call_seconds=0.5, upload_seconds=2, event_stream_seconds=0.3)


def refusal(status, code="", message="no", headers=None):
    """An answer with OpenAI's error object."""
    return lambda: JSONResponse(
        {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": code or None}},
        status,
        headers,
    )


def html():
    return HTMLResponse("<!doctype html><title>Sign in</title>")


def cut():
    """Half an answer: the connection closes before the promised bytes have come."""

    async def half():
        yield b'{"id": '
        raise ConnectionError

    return StreamingResponse(half(), headers={"content-length": "100"}, media_type="application/json")


def server_sent(rows, *, is_endless):
    async def stream():
        for row in rows:
            yield f"data: {row}\n\n".encode()
        if is_endless:
            await asyncio.Event().wait()

    return lambda: StreamingResponse(stream(), media_type="text/event-stream")


class ScriptedHost:
    """Files, jobs, events, models and answers in memory; `then` scripts the next answers of one call."""

    def __init__(self):
        self.files, self.jobs, self.models = [], [], [{"id": "smol", "object": "model", "trainable": True}]
        self.events = defaultdict(list)
        self.calls = []
        self.answer = "An answer."
        self.asked = []
        self.is_oldest_first = False
        self.ignores = set()
        self._scripts = defaultdict(deque)
        self._numbers = itertools.count(1)
        self.hanging = asyncio.Event()

    def then(self, call, *answers, is_done_first=False):
        """Script the next answers of `call`, such as "POST /files"; optionally after really doing it."""
        self._scripts[call].extend((answer, is_done_first) for answer in answers)

    def app(self):
        routes = {
            "POST /files": self._upload,
            "GET /files": lambda request: self._page(request, self.files[::-1]),
            "POST /fine_tuning/jobs": self._create,
            "GET /fine_tuning/jobs": self._list_jobs,
            "GET /fine_tuning/jobs/{id}": self._job,
            "POST /fine_tuning/jobs/{id}/cancel": self._cancel,
            "GET /fine_tuning/jobs/{id}/events": self._list_events,
            "GET /models": lambda request: {"object": "list", "data": self.models},
            "DELETE /models/{id:path}": lambda request: {"id": request.path_params["id"], "deleted": True},
            "POST /chat/completions": self._chat,
            "POST /completions": self._complete,
            "POST /token_counts": self._count,
        }
        return Starlette(
            routes=[
                Route(f"/v1{call.split()[1]}", self._scripted(call, answer), methods=[call.split()[0]])
                for call, answer in routes.items()
            ]
        )

    def _scripted(self, call, answer):
        async def endpoint(request):
            self.calls.append(call)
            scripted, is_done_first = self._scripts[call].popleft() if self._scripts[call] else (None, True)
            body = None
            if is_done_first:
                body = answer(request)
                body = await body if asyncio.iscoroutine(body) else body
            if scripted is None:
                return body if isinstance(body, Response) else JSONResponse(body)
            if scripted == "hang":
                await self.hanging.wait()
                return JSONResponse({})
            return scripted()

        return endpoint

    def _page(self, request, rows):
        after, limit = request.query_params.get("after"), int(request.query_params.get("limit", 20))
        start = 0
        if after and "after" not in self.ignores:
            start = [row["id"] for row in rows].index(after) + 1
        page = {"object": "list", "data": rows[start : start + limit]}
        return page if "has_more" in self.ignores else page | {"has_more": start + limit < len(rows)}

    async def _upload(self, request):
        async with request.form() as form:
            content = await form["file"].read()
            file = {"id": f"file-{next(self._numbers)}", "object": "file", "filename": form["file"].filename}
        self.files.append(file | {"bytes": len(content), "status": None, "content": content.decode()})
        return file

    async def _create(self, request):
        body = await request.json()
        job = body | {"id": f"ftjob-{next(self._numbers)}", "object": "fine_tuning.job", "status": "queued"}
        if "metadata" in self.ignores:
            job.pop("metadata")
        self.jobs.append(job)
        return job

    def _list_jobs(self, request):
        wanted = {key[9:-1]: value for key, value in request.query_params.items() if key.startswith("metadata[")}
        rows = [
            job
            for job in self.jobs[::-1]
            if "filter" in self.ignores or wanted.items() <= job.get("metadata", {}).items()
        ]
        return self._page(request, [] if "jobs" in self.ignores else rows)

    def job(self, job_id):
        return next(job for job in self.jobs if job["id"] == job_id)

    def _job(self, request):
        return self.job(request.path_params["id"])

    def _cancel(self, request):
        self.job(request.path_params["id"])["status"] = "cancelled"
        return self.job(request.path_params["id"])

    def _list_events(self, request):
        rows = self.events[request.path_params["id"]]
        return self._page(request, rows if self.is_oldest_first else rows[::-1])

    async def _chat(self, request):
        return self._answered(await request.json(), lambda text: {"delta": {"content": text}})

    async def _complete(self, request):
        return self._answered(await request.json(), lambda text: {"text": text})

    def _answered(self, body, choice):
        self.asked.append(body)
        answer = self.answer(body) if callable(self.answer) else self.answer
        if not body.get("stream"):
            return {"id": "c", "choices": [{"message": {"content": answer}, "text": answer, "index": 0}]}
        pieces = [answer[start : start + 4] for start in range(0, len(answer), 4)]
        chunks = [{"id": "c", "choices": [choice(piece) | {"index": 0}]} for piece in pieces]
        rows = [json.dumps(chunk) for chunk in [*chunks, {"id": "c", "choices": [], "usage": {}}]]
        return server_sent([*rows, "[DONE]"], is_endless=False)()

    async def _count(self, request):
        examples = (await request.json())["examples"]
        return {"object": "token_counts", "tokens": [10] * len(examples), "trained_tokens": [4] * len(examples)}


@asynccontextmanager
async def served(app):
    """The app on a free port of loopback, for as long as the block lasts."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    finally:
        server.force_exit = True
        await server.shutdown(sockets=[listener])


@pytest.fixture
async def host():
    scripted = ScriptedHost()
    async with served(scripted.app()) as scripted.base_url:
        yield scripted
        scripted.hanging.set()


@pytest.fixture
async def connect(host):
    """Makes gateways to the scripted host, and closes them."""
    gateways = []

    def gateway(profile=TRAINER, **options):
        gateways.append(Gateway(profile, **{"base_url": host.base_url, "patience": QUICK, **options}))
        return gateways[-1]

    yield gateway
    for made in gateways:
        await made.close()


@pytest.fixture
def gateway(connect):
    return connect()


@pytest.fixture
def answers():
    """The ways in which the scripted host can misbehave."""

    class Answers:
        refusal = staticmethod(refusal)
        html = staticmethod(html)
        cut = staticmethod(cut)
        server_sent = staticmethod(server_sent)
        hang = "hang"

    return Answers


class House:
    """The rooms of `tuning` around one provider. Pauses pass at once and are noted; durable work waits to be run."""

    tenant = Tenant("T1")
    owner = Actor("U1")
    place = Place("C1", "1.0")

    def __init__(self, database, gateway, folder):
        self.now = datetime(2026, 11, 22, 12, tzinfo=UTC)
        self.pauses, self.started, self.shared = [], [], {}
        self.on_pause = lambda: None
        self.gateways, self.texts = Gateways([gateway]), Texts.load()
        self.files = FileStore(folder)
        self.job_store, self.dataset_store = JobStore(database), DatasetStore(database)
        self.model_store, self.turns = ModelStore(database), TurnStore(database)
        self.provider_files, self.leases = ProviderFileStore(database), LeaseStore(database)
        self.woken = 0
        parts = Parts(self.dataset_store, self.files, self.clock)
        self.datasets = Datasets(
            store=self.dataset_store,
            files=self.files,
            source=self,
            gateways=self.gateways,
            parts=parts,
            quotes_of=Quotes(self.files),
            texts=self.texts,
            clock=self.clock,
            max_bytes=1_000_000,
        )
        self.jobs = Jobs(
            self.job_store, self.datasets, self.model_store, self.gateways, self.start_durable, self.clock, self.wake
        )
        uploads = Uploads(self.files, self.provider_files, self.pause)
        self.steps = StartSteps(
            self.job_store, self.dataset_store, parts, uploads, self.gateways, self.pause, self.clock, self.wake
        )
        self.models = Models(self.model_store, self.gateways, self.clock)
        self.chat = Chat(self.turns, self.model_store, self.gateways, self.clock, self.new_id)
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

    async def read(self, file_reference):
        yield self.shared[file_reference["id"]]

    def follower(self, jobs=None):
        return Follower(
            jobs=jobs or self.job_store,
            datasets=self.dataset_store,
            models=self.model_store,
            gateways=self.gateways,
            leases=self.leases,
            start_durable=self.start_durable,
            clock=self.clock,
            wake=self.wake,
            owner="test",
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
        return StartDraft(version.id, provider, **{"base_model": "smol", **choices})

    async def asked(self, job_id="job_1", **choices):
        """A job whose start is noted and not yet done."""
        draft = await self.draft(**choices)
        return await self.jobs.start(self.tenant, job_id=job_id, actor=self.owner, place=self.place, draft=draft)

    async def run_start(self, job_id="job_1"):
        steps = self.steps
        work = StartJob(steps.prepare, steps.upload, steps.create, steps.end)
        outcome = await work.run(asdict(self.tenant), job_id)
        return outcome, await self.job_store.get(self.tenant, job_id)

    async def running(self, **choices):
        """A job that the provider has accepted."""
        await self.asked(**choices)
        return (await self.run_start())[1]


@pytest.fixture
async def tables(sqlite_url):
    opened = await Database.open(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
def house(tables, gateway, tmp_path):
    return House(tables, gateway, tmp_path / "files")


@pytest.fixture
def house_of(tables, tmp_path):
    """A house around another gateway."""
    return lambda gateway: House(tables, gateway, tmp_path / "files")
