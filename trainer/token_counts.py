"""``POST /v1/token_counts``, which is this server's own: exact token counts of training examples.

Asked ``{"model": id, "examples": [{"messages": [...]} or {"prompt", "completion"}, ...]}`` it answers
``{"object": "token_counts", "tokens": [...], "trained_tokens": [...]}``, counted as training counts.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from trainer.backends.backend import Backend, Counts
from trainer.models import Models
from trainer.projects import project_of
from trainer.requests import TokenCountsRequest, read


class TokenCounts:
    """Counts with the tokenizer and chat template of a model's base."""

    def __init__(self, models: Models) -> None:
        self._models = models

    def routes(self) -> list[Route]:
        """The addresses of this noun."""
        return [Route("/token_counts", self.create, methods=["POST"])]

    async def create(self, request: Request) -> Response:
        """The tokens of every example, and how many of them carry loss."""
        asked = await read(request, TokenCountsRequest)
        backend = self._models.find(asked.model, project_of(request)).backend
        examples = [example.model_dump() for example in asked.examples]
        counts = await asyncio.to_thread(_counted, backend, examples)
        return JSONResponse(
            {
                "object": "token_counts",
                "tokens": [count.tokens for count in counts],
                "trained_tokens": [count.trained_tokens for count in counts],
            }
        )


def _counted(backend: Backend, examples: Sequence[dict[str, Any]]) -> list[Counts]:
    return [backend.count(example) for example in examples]
