"""``/v1/models``: the bases and what was made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http import HTTPStatus
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from trainer.backends.backend import Backend
from trainer.errors import Refused, model_not_found
from trainer.paging import list_object
from trainer.projects import project_of
from trainer.store import Document, Query, Store

ORGANISATION = "tunesmith"


@dataclass(frozen=True, slots=True)
class Model:
    """A model that can answer: a base, or an adapter over one."""

    id: str
    backend: Backend
    adapter: Path | None


class Models:
    """All models by id: bases, fine-tuned models, and the checkpoints of jobs."""

    def __init__(
        self,
        store: Store,
        backends: Mapping[str, Backend],
        shutdown_date: str | None = None,
        aliases: Mapping[str, str] | None = None,
    ) -> None:
        self._store = store
        self._backends = backends
        self._shutdown_date = shutdown_date
        self._aliases = aliases or {}

    def routes(self) -> list[Route]:
        """The addresses of this noun."""
        return [
            Route("/models", self.list_models, methods=["GET"]),
            Route("/models/{model_id:path}", self.retrieve, methods=["GET"]),
            Route("/models/{model_id:path}", self.delete, methods=["DELETE"]),
        ]

    async def list_models(self, request: Request) -> Response:
        """Every base and every fine-tuned model of the project; checkpoints are listed by their jobs."""
        tuned = self._store.find(Query("model", project_of(request), fields={"kind": "model"}))
        bases = [self._base_object(backend) for backend in self._backends.values()]
        return JSONResponse(list_object([*bases, *map(self._shown, tuned)]))

    async def retrieve(self, request: Request) -> Response:
        """One model, also a checkpoint."""
        model_id = request.path_params["model_id"]
        model_id = self._aliases.get(model_id, model_id)
        if model_id in self._backends:
            return JSONResponse(self._base_object(self._backends[model_id]))
        return JSONResponse(self._shown(self._tuned(model_id, project_of(request))))

    async def delete(self, request: Request) -> Response:
        """Delete a fine-tuned model with its job's checkpoints, or one checkpoint alone."""
        model_id = request.path_params["model_id"]
        if model_id in self._backends:
            message = f"{model_id} is a base model; only fine-tuned models can be deleted."
            raise Refused(message, status=HTTPStatus.FORBIDDEN, code="model_not_deletable", param="model")
        model = self._tuned(model_id, project_of(request))
        with self._store.transaction():
            doomed = self._with_checkpoints(model)
            for each in doomed:
                self._store.delete("model", each["id"])
        for each in doomed:
            self._forget_unused_adapter(each)
        return JSONResponse({"id": model_id, "object": "model", "deleted": True})

    def base_ids(self) -> Sequence[str]:
        """The ids of the bases."""
        return list(self._backends)

    def find(self, model_id: str, project_id: str) -> Model:
        """The model that answers, or that a job goes on from.

        Raises:
            Refused: the project has none of this id, or it was shut down.
        """
        self._require_running(model_id)
        model_id = self._aliases.get(model_id, model_id)
        if model_id in self._backends:
            return Model(model_id, self._backends[model_id], None)
        tuned = self._tuned(model_id, project_id)
        return Model(model_id, self._backends[tuned["base"]], self._adapter(tuned))

    def add(self, model_id: str, base_id: str, job_id: str, step: int) -> None:
        """Make an adapter that a job saved a model that can be asked."""
        facts = self._base_object(self._backends[base_id])
        kind = "checkpoint" if ":ckpt-step-" in model_id else "model"
        made = {"id": model_id, "created": self._store.now(), "owned_by": ORGANISATION, "kind": kind}
        body = {**facts, **made, "fine_tuning_job_id": job_id, "step_number": step}
        self._store.add("model", body, job_id, self._store.project_of("job", job_id))

    def _tuned(self, model_id: str, project_id: str) -> Document:
        model = self._store.get("model", model_id, project_id)
        if model is None or model["base"] not in self._backends:
            raise model_not_found(model_id)
        return model

    def _adapter(self, model: Document) -> Path:
        job_id, step = str(model["fine_tuning_job_id"]), model["step_number"]
        suffix = self._backends[model["base"]].checkpoint_suffix
        return self._store.directory / "jobs" / job_id / f"step-{step}{suffix}"

    def _with_checkpoints(self, model: Document) -> list[Document]:
        if model["kind"] == "checkpoint":
            return [model]
        return self._store.find(Query("model", parent_id=model["fine_tuning_job_id"]))

    def _forget_unused_adapter(self, model: Document) -> None:
        """Remove the adapter's file, unless the last checkpoint and the finished model still share it."""
        others = self._store.find(Query("model", parent_id=model["fine_tuning_job_id"]))
        if all(other["step_number"] != model["step_number"] for other in others):
            adapter = self._adapter(model)
            adapter.unlink(missing_ok=True)
            self._backends[model["base"]].forget(adapter)

    def _require_running(self, model_id: str) -> None:
        today = datetime.fromtimestamp(self._store.now(), UTC).date()
        if self._shutdown_date and today >= date.fromisoformat(self._shutdown_date):
            raise Refused(
                f"The model `{model_id}` was shut down on {self._shutdown_date}.",
                status=HTTPStatus.NOT_FOUND,
                code="model_not_found",
                param="model",
            )

    def _shown(self, tuned: Document) -> Document:
        return {**tuned, "shutdown_date": self._shutdown_date}

    def _base_object(self, backend: Backend) -> Document:
        facts = backend.facts
        return {
            "id": facts.id,
            "object": "model",
            "created": facts.created_at,
            "owned_by": facts.owned_by,
            "shutdown_date": self._shutdown_date,
            "trainable": True,
            "kind": "base",
            "base": facts.id,
            "context_tokens": facts.context_tokens,
            "languages": list(facts.languages),
            "licence": facts.licence,
        }
