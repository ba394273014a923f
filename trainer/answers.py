"""Asking a model without holding up the server: tokens are computed in a few threads, one at a time each.

Every token is a turn of its own in those threads' line, so answers that run at the same time share them fairly.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final

from trainer.backends.backend import Question
from trainer.completion_requests import Generation
from trainer.engine.answer import Piece
from trainer.engine.sampling import Sampling
from trainer.errors import Refused
from trainer.models import Model

DEFAULT_MAX_TOKENS: Final = 128
"""Where a request gives no limit: small models seldom say more that is worth reading, and each token takes 0.07 s."""


@dataclass(frozen=True, slots=True)
class Usage:
    """The tokens of one request, as OpenAI reports them."""

    prompt_tokens: int
    completion_tokens: int

    def as_shown(self) -> dict[str, int]:
        """The usage object."""
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "total_tokens": self.prompt_tokens + self.completion_tokens,
        }

    def __add__(self, other: "Usage") -> "Usage":
        """The tokens of several answers to one request."""
        return Usage(self.prompt_tokens + other.prompt_tokens, self.completion_tokens + other.completion_tokens)


def question_for(model: Model, prompt: Sequence[int], request: Generation, index: int = 0) -> Question:
    """The question that a request puts to a model, for the answer of this number.

    Without a temperature the answer is greedy: the most probable token each time, always the same text. With a seed
    every answer of one request has a seed of its own.

    Raises:
        Refused: prompt and answer do not fit into the model's context, or a biased token does not exist.
    """
    context_tokens, max_tokens = model.backend.facts.context_tokens, request.most_tokens()
    room = context_tokens - len(prompt)
    if room < (max_tokens or 1):
        message = (
            f"This model's maximum context length is {context_tokens} tokens. However, you requested "
            f"{len(prompt) + (max_tokens or 1)} tokens ({len(prompt)} in the prompt). Shorten the prompt or the answer."
        )
        raise Refused(message, code="context_length_exceeded", param="messages")
    limit = max_tokens or min(DEFAULT_MAX_TOKENS, room)
    return Question(prompt, model.adapter, _sampling(model, request, index), limit, request.stops(), request.form())


def _sampling(model: Model, request: Generation, index: int) -> Sampling:
    bias = {int(token): weight for token, weight in (request.logit_bias or {}).items()}
    n_tokens = model.backend.facts.vocabulary_tokens
    unknown = next((token for token in bias if token >= n_tokens), None)
    if unknown is not None:
        message = f"Token {unknown} does not exist; this model's tokens are 0 to {n_tokens - 1}."
        raise Refused(message, code="invalid_value", param="logit_bias")
    return Sampling(
        temperature=request.temperature or 0.0,
        top_p=1.0 if request.top_p is None else request.top_p,
        seed=None if request.seed is None else abs(request.seed) + index,
        frequency_penalty=request.frequency_penalty or 0.0,
        presence_penalty=request.presence_penalty or 0.0,
        logit_bias=bias,
        n_likeliest=request.n_likeliest(),
    )


async def pieces(model: Model, question: Question, threads: Executor) -> AsyncIterator[Piece]:
    """The answer, piece by piece, as its tokens are computed."""
    loop = asyncio.get_running_loop()
    answer = model.backend.answer(question)
    while (piece := await loop.run_in_executor(threads, next, answer, None)) is not None:
        yield piece
