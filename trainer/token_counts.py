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

from trainer.engine.model import Language
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
        language = self._models.find(asked.model, project_of(request)).backend.language
        examples = [example.model_dump() for example in asked.examples]
        counts = await asyncio.to_thread(_counted, language, examples)
        return JSONResponse(
            {
                "object": "token_counts",
                "tokens": [tokens for tokens, _ in counts],
                "trained_tokens": [trained for _, trained in counts],
            }
        )


def _counted(language: Language, examples: Sequence[dict[str, Any]]) -> list[tuple[int, int]]:
    return [language.count(example) for example in examples]
