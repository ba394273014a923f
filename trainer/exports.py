"""``GET /v1/exports/{model}?format=...``, which is this server's own: a tuned model to take away.

`adapter` is for peft, `gguf` for llama.cpp, `merged` for transformers, and `card` the model card alone.
"""

import asyncio
from pathlib import Path
from typing import Final

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from trainer.errors import Refused
from trainer.events import metrics_of
from trainer.model_cards import model_card
from trainer.models import Model, Models
from trainer.projects import project_of
from trainer.store import Query, Store

_SUFFIXES: Final = {"adapter": "zip", "merged": "zip", "gguf": "gguf"}


class Exports:
    """Files made of tuned models; each is deleted as soon as it was sent."""

    def __init__(self, store: Store, models: Models) -> None:
        self._store = store
        self._models = models
        self._directory = store.directory / "exports"
        self._directory.mkdir(exist_ok=True)

    def routes(self) -> list[Route]:
        """The addresses of this noun."""
        return [Route("/exports/{model_id:path}", self.export, methods=["GET"])]

    async def export(self, request: Request) -> Response:
        """A tuned model, or one of its checkpoints, in the format asked for."""
        form = request.query_params.get("format", "adapter")
        if form not in {*_SUFFIXES, "card"}:
            known = ", ".join((*_SUFFIXES, "card"))
            raise Refused(f"`format` must be one of {known}.", code="invalid_value", param="format")
        model = self._models.find(request.path_params["model_id"], project_of(request))
        if model.adapter is None:
            raise Refused(f"{model.id} is a base model; only tuned models are exported.", param="model")
        if form not in {*model.backend.export_forms, "card"}:
            forms = ", ".join(sorted(model.backend.export_forms))
            message = f"{model.backend.facts.id} cannot be exported as {form}; its formats are {forms} and card."
            raise Refused(message, code="invalid_value", param="format")
        card = self._card(model)
        if form == "card":
            return PlainTextResponse(card, media_type="text/markdown")
        path = self._directory / self._store.new_id("export")
        await asyncio.to_thread(model.backend.export, model.adapter, form, card, path)
        name = f"{model.id.replace(':', '_')}.{_SUFFIXES[form]}"
        return FileResponse(path, filename=name, background=BackgroundTask(path.unlink, missing_ok=True))

    def _card(self, model: Model) -> str:
        described = self._store.get("model", model.id) or {}
        job = self._store.get("job", described["fine_tuning_job_id"]) or {}
        query = Query("event", parent_id=job["id"], fields={"type": "metrics"}, is_newest_first=False)
        metrics = [metrics_of(event["data"]) for event in self._store.find(query)]
        return model_card(described, job, model.backend.facts, metrics, _sha256(model.adapter))


def _sha256(adapter: Path | None) -> str | None:
    path = adapter and adapter.parent / "dataset.sha256"
    return path.read_text("ascii") if path and path.exists() else None
