"""``/v1/fine_tuning/jobs``: create, list, retrieve, cancel, and what a job tells."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from trainer.changes import wait_seconds
from trainer.errors import Refused, not_found
from trainer.files import Files
from trainer.hyperparameters import as_shown
from trainer.lifecycle import OPEN_STATUSES, Lifecycle
from trainer.models import ORGANISATION, Models
from trainer.paging import page
from trainer.projects import project_of
from trainer.queue import Queue
from trainer.requests import JobRequest, read
from trainer.store import Document, Query, Store

# OpenAI's default page sizes, https://github.com/openai/openai-openapi
_JOBS_LIMIT: Final = 20
_EVENTS_LIMIT: Final = 20
_CHECKPOINTS_LIMIT: Final = 10
_METADATA: Final = re.compile(r"metadata\[(.*)\]", re.DOTALL)


class Jobs:
    """Fine-tuning jobs as clients see them."""

    def __init__(
        self,
        store: Store,
        files: Files,
        models: Models,
        lifecycle: Lifecycle,
        queue: Queue,
        new_seed: Callable[[], int],
    ) -> None:
        self._store = store
        self._files = files
        self._models = models
        self._lifecycle = lifecycle
        self._queue = queue
        self._new_seed = new_seed

    def routes(self) -> list[Route]:
        """The addresses of this noun."""
        job = "/fine_tuning/jobs/{job_id}"
        return [
            Route("/fine_tuning/jobs", self.create, methods=["POST"]),
            Route("/fine_tuning/jobs", self.list_jobs, methods=["GET"]),
            Route(job, self.retrieve, methods=["GET"]),
            Route(f"{job}/cancel", self.cancel, methods=["POST"]),
            Route(f"{job}/pause", self.pause, methods=["POST"]),
            Route(f"{job}/resume", self.resume, methods=["POST"]),
            Route(f"{job}/events", self.list_events, methods=["GET"]),
            Route(f"{job}/checkpoints", self.list_checkpoints, methods=["GET"]),
        ]

    async def create(self, request: Request) -> Response:
        """Create a job; its files are validated afterwards, and events tell what comes of it."""
        wanted = await read(request, JobRequest)
        project_id = project_of(request)
        model = self._models.find(wanted.model, project_id)
        self._require_file(wanted.training_file, "training_file", project_id)
        if wanted.validation_file is not None:
            self._require_file(wanted.validation_file, "validation_file", project_id)
        job = self._object(wanted, model.id)
        self._lifecycle.create(job, project_id)
        self._queue.wake()
        return JSONResponse(job)

    async def list_jobs(self, request: Request) -> Response:
        """Jobs, newest first; ``metadata[key]=value`` keeps those that carry it."""
        query = Query("job", project_of(request), metadata=_metadata(request.query_params))
        return page(self._store, query, request.query_params, _JOBS_LIMIT)

    async def retrieve(self, request: Request) -> Response:
        """One job as it is now, or as it is after its next change where the client would wait for that."""
        job, seconds = self._existing(request), wait_seconds(request)
        if seconds and job["status"] in OPEN_STATUSES - {"paused"}:
            job = await self._lifecycle.changes.other_than(job, lambda: self._existing(request), seconds)
        return JSONResponse(job)

    async def pause(self, request: Request) -> Response:
        """Let a job stop after its step and wait; `pausing` on the way there, then `paused`."""
        job = self._existing(request)
        if job["status"] not in {"queued", "running"}:
            raise _wrong_status(job, "only a queued or running job can be paused")
        self._queue.pause(job)
        return JSONResponse(self._existing(request))

    async def resume(self, request: Request) -> Response:
        """Let a paused job go on where it stopped."""
        job = self._existing(request)
        if job["status"] != "paused":
            raise _wrong_status(job, "only a paused job can be resumed")
        self._queue.resume(job)
        return JSONResponse(self._existing(request))

    async def cancel(self, request: Request) -> Response:
        """End a job that has not ended."""
        job = self._existing(request)
        if job["status"] not in OPEN_STATUSES:
            raise _wrong_status(job, "the job has already completed")
        self._queue.cancel(job)
        return JSONResponse(self._existing(request))

    async def list_events(self, request: Request) -> Response:
        """What the job told, newest first."""
        query = Query("event", parent_id=self._existing(request)["id"])
        return page(self._store, query, request.query_params, _EVENTS_LIMIT)

    async def list_checkpoints(self, request: Request) -> Response:
        """The job's checkpoints, newest first."""
        query = Query("checkpoint", parent_id=self._existing(request)["id"])
        return page(self._store, query, request.query_params, _CHECKPOINTS_LIMIT)

    def _existing(self, request: Request) -> Document:
        job_id = request.path_params["job_id"]
        job = self._store.get("job", job_id, project_of(request))
        if job is None:
            raise not_found("fine-tuning job", job_id, "fine_tuning_job_id")
        return job

    def _require_file(self, file_id: str, param: str, project_id: str) -> None:
        file = self._files.find(file_id, project_id)
        if file is None:
            raise Refused(f"File '{file_id}' does not exist.", code="invalid_training_file", param=param)
        if file["purpose"] != "fine-tune":
            message = f"File '{file_id}' has purpose '{file['purpose']}'; a job needs one with purpose 'fine-tune'."
            raise Refused(message, code="invalid_file_purpose", param=param)

    def _object(self, wanted: JobRequest, model_id: str) -> Document:
        chosen = wanted.chosen_hyperparameters().model_dump()
        return {
            "object": "fine_tuning.job",
            "id": self._store.new_id("ftjob"),
            "model": model_id,
            "created_at": self._store.now(),
            "finished_at": None,
            "fine_tuned_model": None,
            "organization_id": ORGANISATION,
            "result_files": [],
            "status": "validating_files",
            "training_file": wanted.training_file,
            "validation_file": wanted.validation_file,
            "trained_tokens": None,
            "error": None,
            "user_provided_suffix": wanted.suffix,
            "seed": self._new_seed() if wanted.seed is None else wanted.seed,
            "estimated_finish": None,
            "integrations": [],
            "metadata": wanted.metadata,
            **as_shown(wanted.method_type(), chosen),
        }


def _wrong_status(job: Document, rule: str) -> Refused:
    message = f"Job {job['id']} is {job['status']}: {rule}."
    return Refused(message, code="invalid_job_status", param="fine_tuning_job_id")


def _metadata(parameters: QueryParams) -> Mapping[str, str] | None:
    named = ((_METADATA.fullmatch(name), value) for name, value in parameters.multi_items())
    return {match[1]: value for match, value in named if match} or None
