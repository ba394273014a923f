"""A model's answer, piece by piece as the provider sends it."""

from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openai import AsyncStream, omit

from storage.rows import JSON
from tuning.errors import ModelNotDeployed, ModelNotReady, ProviderConfused, ProviderMissing
from tuning.providers.connection import Connection
from tuning.providers.errors import translated

Message = Mapping[str, str]
"""`role` and `content`."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A whole answer, with what is billed for it."""

    text: str
    is_whole: bool
    """Whether the model came to an end, and wasn't cut off at the most tokens or by a filter."""
    prompt_tokens: int | None
    completion_tokens: int | None
    """Both None where the host doesn't say."""


class Answers(Connection):
    """Asks models through one provider."""

    async def answer(self, model: str, messages: Sequence[Message], *, max_tokens: int) -> Answered:
        """The answer to a conversation, greedily and in one piece, since only so every host says what it bills.

        Raises:
            ModelNotReady: the provider doesn't serve the model, or no longer.
            ProviderBusy: it was not asked.
            ProviderError: anything else that went wrong.
        """
        conversation: list[Any] = [dict(message) for message in messages]
        call = self._client.chat.completions.with_raw_response.create(
            model=model, messages=conversation, temperature=0, max_tokens=max_tokens
        )
        try:
            return _answered(self.title, await self._object(call))
        except ProviderMissing as error:
            raise self._unserved(model) from error

    async def complete(self, model: str, prompt: str, *, stop: str, max_tokens: int) -> Answered:
        """As `answer`, by a model trained on prompt/completion pairs; the stop is not in its text.

        Raises:
            ModelNotReady, ProviderBusy, ProviderError: as in `answer`.
        """
        call = self._client.completions.with_raw_response.create(
            model=model, prompt=prompt, stop=stop or omit, temperature=0, max_tokens=max_tokens
        )
        try:
            return _answered(self.title, await self._object(call))
        except ProviderMissing as error:
            raise self._unserved(model) from error

    async def stream_chat(
        self,
        model: str,
        messages: Sequence[Message],
        *,
        temperature: float | None = None,
        max_tokens: int | None = None,
    ) -> AsyncIterator[str]:
        """The answer to a conversation, in pieces, exactly as the model wrote it.

        Raises:
            ModelNotReady: the provider doesn't serve the model; for some minutes after training that is normal.
            ProviderError: anything else that went wrong, also in the middle of the answer.
        """
        conversation: list[Any] = [dict(message) for message in messages]
        call = self._client.chat.completions.create(
            model=model,
            messages=conversation,
            stream=True,
            temperature=omit if temperature is None else temperature,
            max_tokens=omit if max_tokens is None else max_tokens,
        )
        async for piece in self._pieces(model, call):
            yield piece

    async def stream_completion(
        self,
        model: str,
        prompt: str,
        *,
        stop: str = "",
        temperature: float | None = None,
        max_tokens: int | None = None,
    ) -> AsyncIterator[str]:
        """What a model trained on prompt/completion pairs writes after `prompt`, in pieces, up to `stop`.

        Raises:
            ModelNotReady: as in `stream_chat`.
            ProviderError: as in `stream_chat`.
        """
        call = self._client.completions.create(
            model=model,
            prompt=prompt,
            stream=True,
            stop=stop or omit,
            temperature=omit if temperature is None else temperature,
            max_tokens=omit if max_tokens is None else max_tokens,
        )
        async for piece in self._pieces(model, call):
            yield piece

    async def _pieces(self, model: str, call: Awaitable[AsyncStream[Any]]) -> AsyncIterator[str]:
        is_empty = True
        try:
            async with translated(self.title), await call as stream:
                async for chunk in stream:
                    is_empty = False
                    for choice in getattr(chunk, "choices", None) or ():
                        yield _text_of(choice)
        except ProviderMissing as error:
            raise self._unserved(model) from error
        if is_empty:  # A page of HTML holds no event, and the client doesn't mind.
            raise ProviderConfused(self.title, "a stream without events")

    def _unserved(self, model: str) -> ModelNotReady:
        return ModelNotDeployed(model, self.title) if self.profile.serves_by_deployment else ModelNotReady(model)


def _answered(provider: str, body: JSON) -> Answered:
    choices, usage = body.get("choices"), body.get("usage")
    first = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    message = first.get("message")
    text = message.get("content") or "" if isinstance(message, dict) else first.get("text")
    if not isinstance(text, str):
        raise ProviderConfused(provider, "an answer without a message")
    counted = usage if isinstance(usage, dict) else {}
    tokens = [counted.get(name) for name in ("prompt_tokens", "completion_tokens")]
    prompt_tokens, completion_tokens = (one if isinstance(one, int) else None for one in tokens)
    is_whole = first.get("finish_reason") in {"stop", None}
    return Answered(text, is_whole, prompt_tokens, completion_tokens)


def _text_of(choice: object) -> str:
    """The new text in one choice of a chunk, of a chat (`delta.content`) or of a completion (`text`)."""
    text = getattr(getattr(choice, "delta", choice), "content", None) or getattr(choice, "text", None)
    return text if isinstance(text, str) else ""
