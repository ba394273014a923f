"""``/v1/chat/completions`` and ``/v1/completions``: answers, at once or as a stream."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from trainer.answers import Usage, pieces, question_for
from trainer.backends.backend import Question
from trainer.backends.vllm import ServingFailed
from trainer.completion_formats import ChatFormat, Format, TextFormat
from trainer.completion_requests import ChatRequest, CompletionRequest, Generation
from trainer.engine.answer import Piece, doubtful_characters
from trainer.errors import Refused, serving_error
from trainer.models import Model, Models
from trainer.projects import project_of
from trainer.rate_limits import RateLimits
from trainer.requests import read
from trainer.store import Store

_MOST_ANSWERS: Final = 16
"""To one request: they are computed two at a time."""


@dataclass(frozen=True, slots=True)
class _Reply:
    """The answers to one request under way: what is common to all of their parts."""

    head: dict[str, Any]
    model: Model
    questions: Sequence[Question]
    """One for each choice."""
    format: Format
    n_prompt_tokens: int
    has_usage: bool
    """Whether a stream ends with the usage."""

    def usage(self, n_completion_tokens: int) -> dict[str, int]:
        """What the request used; the prompt counts once."""
        return Usage(self.n_prompt_tokens, n_completion_tokens).as_shown()


class Completions:
    """Answers in both of OpenAI's forms."""

    def __init__(self, store: Store, models: Models, limits: RateLimits, threads: Executor) -> None:
        self._store = store
        self._models = models
        self._limits = limits
        self._threads = threads

    def routes(self) -> list[Route]:
        """The addresses of this noun."""
        return [
            Route("/chat/completions", self.chat, methods=["POST"]),
            Route("/completions", self.text, methods=["POST"]),
        ]

    async def chat(self, request: Request) -> Response:
        """Answer a conversation."""
        asked = await read(request, ChatRequest)
        model = self._models.find(asked.model, project_of(request))
        messages = [message.model_dump() for message in asked.messages]
        tools = [tool.model_dump(exclude_none=True) for tool in asked.offered_tools()]
        prompt = await asyncio.to_thread(model.backend.language.chat_prompt, messages, tools)
        form = ChatFormat(partial(self._store.new_id, "call"), has_tools=bool(tools))
        return await self._answer(request, asked, model, [prompt], form)

    async def text(self, request: Request) -> Response:
        """Continue texts: the way to ask a model that was trained on prompts and completions."""
        asked = await read(request, CompletionRequest)
        model = self._models.find(asked.model, project_of(request))
        prompts = [await asyncio.to_thread(model.backend.language.text_prompt, text) for text in asked.texts()]
        return await self._answer(request, asked, model, prompts, TextFormat())

    async def _answer(
        self, request: Request, asked: Generation, model: Model, prompts: Sequence[Sequence[int]], form: Format
    ) -> Response:
        if len(prompts) * (asked.n or 1) > _MOST_ANSWERS:
            message = f"{len(prompts)} prompts with {asked.n} answers each are more than the {_MOST_ANSWERS} allowed."
            raise Refused(message, code="invalid_value", param="n")
        questions = [question_for(model, prompt, asked, index) for prompt in prompts for index in range(asked.n or 1)]
        n_prompt_tokens = sum(map(len, prompts))
        n_tokens = n_prompt_tokens + sum(question.max_tokens for question in questions)
        headers = self._limits.admit(project_of(request), model.backend.facts.id, n_tokens)
        await asyncio.get_running_loop().run_in_executor(self._threads, model.backend.prepare, model.adapter)
        head = {"id": self._store.new_id(form.id_prefix), "created": self._store.now(), "model": model.id}
        has_usage = bool(asked.stream_options and asked.stream_options.include_usage)
        reply = _Reply(head, model, questions, form, n_prompt_tokens, has_usage)
        if asked.stream:
            return StreamingResponse(_told(self._stream(reply)), media_type="text/event-stream", headers=headers)
        return JSONResponse(await self._whole(reply), headers=headers)

    async def _whole(self, reply: _Reply) -> dict[str, Any]:
        answers = await asyncio.gather(*(self._said(reply.model, question) for question in reply.questions))
        choices = [{"index": index, **reply.format.whole(said)} for index, said in enumerate(answers)]
        usage = reply.usage(sum(map(_n_tokens, answers)))
        return {**reply.head, "object": reply.format.object, "choices": choices, "usage": usage}

    async def _said(self, model: Model, question: Question) -> list[Piece]:
        return [piece async for piece in pieces(model, question, self._threads)]

    async def _stream(self, reply: _Reply) -> AsyncIterator[str]:
        n_tokens = 0
        for index, question in enumerate(reply.questions):
            if opening := reply.format.opening():
                yield _chunk(reply, index, opening)
            said: list[Piece] = []
            held = ""
            async for piece in pieces(reply.model, question, self._threads):
                said.append(piece)
                held += piece.text
                sure = _sure_characters(held, reply.format.holds_back)
                if sure or piece.log_probability:
                    yield _chunk(reply, index, reply.format.part(held[:sure], [piece]))
                held = held[sure:]
            for ending in reply.format.ending(held, said[-1].finish_reason):
                yield _chunk(reply, index, ending)
            n_tokens += _n_tokens(said)
        if reply.has_usage:
            head = {**reply.head, "object": reply.format.chunk_object}
            yield _sse({**head, "choices": [], "usage": reply.usage(n_tokens)})
        yield "data: [DONE]\n\n"


async def _told(stream: AsyncIterator[str]) -> AsyncIterator[str]:
    """A stream that ends with an error object, as OpenAI's do, where its answer breaks off."""
    try:
        async for part in stream:
            yield part
    except ServingFailed as error:
        yield _sse(serving_error(error))


def _sure_characters(text: str, holds_back: tuple[str, ...]) -> int:
    """How much of a text may be sent: up to what is held back until the end, or may become that."""
    found = [text.index(mark) for mark in holds_back if mark in text]
    return min(found, default=len(text) - doubtful_characters(text, holds_back))


def _chunk(reply: _Reply, index: int, choice: dict[str, Any]) -> str:
    usage = {"usage": None} if reply.has_usage else {}
    return _sse({**reply.head, "object": reply.format.chunk_object, "choices": [{"index": index, **choice}], **usage})


def _sse(body: Mapping[str, Any]) -> str:
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n"


def _n_tokens(said: Sequence[Piece]) -> int:
    # Each piece is one token, the one that ended the answer included; running out of room adds a piece without one.
    return len(said) - (said[-1].finish_reason == "length")
