"""``/v1/chat/completions`` and ``/v1/completions``: answers, at once or as a stream."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from trainer.answers import Usage, pieces, question_for
from trainer.backends.backend import Question
from trainer.engine.answer import Piece
from trainer.models import Model, Models
from trainer.projects import project_of
from trainer.requests import ChatRequest, CompletionRequest, read
from trainer.store import Store


@dataclass(frozen=True, slots=True)
class Format:
    """How one of the two addresses writes an answer."""

    object: str
    chunk_object: str
    whole: Callable[[str], dict[str, Any]]
    """The part of a choice that carries a whole answer's text."""
    part: Callable[[str], dict[str, Any]]
    """The part of a streamed choice that carries what came new."""
    opening: dict[str, Any] | None
    """What a stream begins with."""


def _message(text: str) -> dict[str, Any]:
    return {"message": {"role": "assistant", "content": text, "refusal": None}}


def _delta(text: str) -> dict[str, Any]:
    return {"delta": {"content": text} if text else {}}


def _text(text: str) -> dict[str, Any]:
    return {"text": text}


_CHAT = Format(
    "chat.completion",
    "chat.completion.chunk",
    _message,
    _delta,
    {"delta": {"role": "assistant", "content": "", "refusal": None}},
)
_TEXT = Format("text_completion", "text_completion", _text, _text, None)


@dataclass(frozen=True, slots=True)
class _Reply:
    """One answer under way: what is common to all of its parts."""

    head: dict[str, Any]
    model: Model
    question: Question
    format: Format
    has_usage: bool
    """Whether a stream ends with the usage."""


class Completions:
    """Answers in both of OpenAI's forms."""

    def __init__(self, store: Store, models: Models, threads: Executor) -> None:
        self._store = store
        self._models = models
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
        prompt = await asyncio.to_thread(model.backend.chat_prompt, messages)
        question = question_for(model, prompt, asked, asked.max_completion_tokens or asked.max_tokens)
        return await self._answer(asked, model, question, _CHAT)

    async def text(self, request: Request) -> Response:
        """Continue a text: the way to ask a model that was trained on prompts and completions."""
        asked = await read(request, CompletionRequest)
        model = self._models.find(asked.model, project_of(request))
        prompt = await asyncio.to_thread(model.backend.text_prompt, asked.text())
        question = question_for(model, prompt, asked, asked.max_tokens)
        return await self._answer(asked, model, question, _TEXT)

    async def _answer(
        self, asked: ChatRequest | CompletionRequest, model: Model, question: Question, form: Format
    ) -> Response:
        prefix = "chatcmpl" if form is _CHAT else "cmpl"
        head = {"id": self._store.new_id(prefix), "created": self._store.now(), "model": model.id}
        has_usage = bool(asked.stream_options and asked.stream_options.include_usage)
        reply = _Reply(head, model, question, form, has_usage)
        if asked.stream:
            return StreamingResponse(self._stream(reply), media_type="text/event-stream")
        return JSONResponse(await self._whole(reply))

    async def _whole(self, reply: _Reply) -> dict[str, Any]:
        said = [piece async for piece in pieces(reply.model, reply.question, self._threads)]
        choice = {
            "index": 0,
            **reply.format.whole("".join(piece.text for piece in said)),
            "logprobs": None,
            "finish_reason": said[-1].finish_reason,
        }
        usage = _usage(reply, said)
        return {**reply.head, "object": reply.format.object, "choices": [choice], "usage": usage}

    async def _stream(self, reply: _Reply) -> AsyncIterator[str]:
        if reply.format.opening:
            yield _chunk(reply, reply.format.opening)
        said: list[Piece] = []
        async for piece in pieces(reply.model, reply.question, self._threads):
            said.append(piece)
            if piece.text:
                yield _chunk(reply, reply.format.part(piece.text))
        yield _chunk(reply, reply.format.part(""), said[-1].finish_reason)
        if reply.has_usage:
            yield _sse({**reply.head, "object": reply.format.chunk_object, "choices": [], "usage": _usage(reply, said)})
        yield "data: [DONE]\n\n"


def _chunk(reply: _Reply, part: dict[str, Any], finish_reason: str | None = None) -> str:
    choice = {"index": 0, **part, "logprobs": None, "finish_reason": finish_reason}
    usage = {"usage": None} if reply.has_usage else {}
    return _sse({**reply.head, "object": reply.format.chunk_object, "choices": [choice], **usage})


def _sse(body: dict[str, Any]) -> str:
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n"


def _usage(reply: _Reply, said: list[Piece]) -> dict[str, int]:
    # Each piece is one token, the one that ended the answer included; running out of room adds a piece without one.
    n_tokens = len(said) - (said[-1].finish_reason == "length")
    return Usage(len(reply.question.prompt), n_tokens).as_shown()
