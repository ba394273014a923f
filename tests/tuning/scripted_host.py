"""A provider on loopback that speaks the fine-tuning protocol from memory, and misbehaves on request."""

import asyncio
import itertools
import json
import socket
from collections import defaultdict, deque
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.tuning.misbehaviour import hang, server_sent


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
            "GET /files/{id}": self._file,
            "GET /files/{id}/content": self._content,
            "DELETE /files/{id}": self._delete_file,
            "POST /fine_tuning/jobs": self._create,
            "GET /fine_tuning/jobs": self._list_jobs,
            "GET /fine_tuning/jobs/{id}": self._job,
            "POST /fine_tuning/jobs/{id}/cancel": self._cancel,
            "POST /fine_tuning/jobs/{id}/pause": lambda request: self._put(request, "paused"),
            "POST /fine_tuning/jobs/{id}/resume": lambda request: self._put(request, "queued"),
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
            if scripted is hang:
                await self.hanging.wait()
                return JSONResponse({})
            return scripted()

        return endpoint

    def _page(self, request, rows):
        after, limit = request.query_params.get("after"), int(request.query_params.get("limit", 20))
        limit = len(rows) if "limit" in self.ignores else limit
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

    def _file(self, request):
        found = [file for file in self.files if file["id"] == request.path_params["id"]]
        return found[0] if found else JSONResponse({"error": {"message": "No such file."}}, 404)

    def _content(self, request):
        found = self._file(request)
        return found if isinstance(found, Response) else Response(found["content"])

    def _delete_file(self, request):
        self.files = [file for file in self.files if file["id"] != request.path_params["id"]]
        return {"id": request.path_params["id"], "object": "file", "deleted": True}

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
        return self._put(request, "cancelled")

    def _put(self, request, status):
        self.job(request.path_params["id"])["status"] = status
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
