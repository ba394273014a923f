"""A host on loopback with the manners of one provider, as they were seen in the wild (openai-protocol.md, section 6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse

from tests.tuning.misbehaviour import server_sent
from tests.tuning.scripted_host import ScriptedHost

TUNED, DEPLOYED = "ft:smol:us:marv:1", "our-deployment"
_LAST_STEP = 4
_START = 1_800_000_000


@dataclass(frozen=True)
class Manners:
    """How a provider behaves where providers differ; the defaults are OpenAI's."""

    statuses: tuple[object, ...] = ("validating_files", "queued", "running", "running", "succeeded")
    """The words for a job's state, one a look; None where it sends null."""
    left_out: tuple[str, ...] = ()
    """Fields of a job that never come."""
    replaced: Mapping[str, Any] = field(default_factory=dict)
    """Fields of a job that hold something odd."""
    ignores: tuple[str, ...] = ()
    """As in `ScriptedHost`: metadata, filter, after, has_more."""
    events: str = "newest_first"
    """newest_first, oldest_first, stream, web_page, none."""
    are_events_bare: bool = False
    """Events without id and type, and with null for data except in metrics."""
    seconds_a_step: int = 1
    """0: all events fall into one second."""
    file_statuses: tuple[object, ...] = ("processed",)
    key_header: str = "authorization"
    is_deployed: bool = False
    """Tuned models answer under a deployment's name alone, once there is one."""
    names_the_model: bool = True
    file_errors: bool = False
    """`GET /files` is not offered."""


class MannerlyHost(ScriptedHost):
    """Trains in as many looks as there are statuses; its events tell of four steps."""

    def __init__(self, manners: Manners) -> None:
        super().__init__()
        self.manners = manners
        self.ignores |= set(manners.ignores)
        self.is_oldest_first = manners.events == "oldest_first"
        self.deployments: set[str] = set()
        self.headers: list[Mapping[str, str]] = []
        self.queries: list[Mapping[str, str]] = []
        self._looks = 0
        self._file_looks = 0

    def _scripted(self, call, answer):
        endpoint = super()._scripted(call, answer)

        async def listening(request: Request):
            self.headers.append(request.headers)
            self.queries.append(dict(request.query_params))
            if self.manners.key_header not in request.headers:
                return JSONResponse({"error": {"message": "no key", "code": "401"}}, 401)
            if self.manners.file_errors and call == "GET /files":
                return JSONResponse({"detail": "Method Not Allowed"}, 405)
            return await endpoint(request)

        return listening

    def _file(self, request):
        status = self.manners.file_statuses[min(self._file_looks, len(self.manners.file_statuses) - 1)]
        self._file_looks += 1
        return {"id": request.path_params["id"], "status": status}

    async def _create(self, request):
        if self.manners.file_statuses[-1] == "processed" and self._file_looks < len(self.manners.file_statuses) - 1:
            return JSONResponse({"error": {"message": "The file is not ready.", "code": "invalidPayload"}}, 400)
        return self._told(await super()._create(request))

    def _list_jobs(self, request):
        page = super()._list_jobs(request)
        return page | {"data": [self._told(job) for job in page["data"]]}

    def _job(self, request):
        job = self.job(request.path_params["id"])
        statuses = self.manners.statuses
        job["status"] = statuses[min(self._looks, len(statuses) - 1)]
        self._looks += 1
        self._emit(job)
        if self._looks >= len(statuses) and self.manners.names_the_model:
            job["fine_tuned_model"] = TUNED
        return self._told(job)

    def _told(self, job):
        kept = {name: value for name, value in job.items() if name not in self.manners.left_out}
        return kept | dict(self.manners.replaced)

    def _emit(self, job):
        events = self.events[job["id"]]
        done = self._looks * _LAST_STEP // len(self.manners.statuses)
        for step in range(sum("step" in (event["data"] or {}) for event in events) + 1, done + 1):
            moment = _START + step * self.manners.seconds_a_step
            told = {"created_at": moment, "message": f"Step {step}", "level": "info", "data": {
                "step": step, "total_steps": _LAST_STEP, "train_loss": 2 / step}}  # fmt: skip
            named = {} if self.manners.are_events_bare else {"id": f"e{step}", "type": "metrics"}
            events.append(told | named)

    def _list_events(self, request):
        rows = self.events[request.path_params["id"]]
        odd = {
            "web_page": lambda: HTMLResponse("<!doctype html><title>Gateway</title>", 404),
            "none": lambda: JSONResponse({"detail": "Not Found"}, 404),
            "stream": server_sent([JSONResponse(row).body.decode() for row in rows], is_endless=True),
        }
        return odd[self.manners.events]() if self.manners.events in odd else super()._list_events(request)

    async def _chat(self, request):
        body = await request.json()
        known = self.deployments if self.manners.is_deployed else {TUNED, "smol"}
        if body["model"] not in known:
            return JSONResponse({"error": {"message": "No such deployment.", "code": "DeploymentNotFound"}}, 404)
        return self._answered(body, lambda text: {"delta": {"content": text}})
