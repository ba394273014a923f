"""Counting the tokens of a training example, as the provider will bill them.

A message costs 3 tokens, its role, its content and, where it has one, its name and 1 more; an example costs 3 more
for the reply that it primes. Source: OpenAI Cookbook, "How to count tokens with tiktoken". Tool definitions and
calls are counted as compact JSON: how OpenAI renders them is not public, so examples with tools are marked inexact.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from tuning.tokens.encodings import O200K, encoding

TOKENS_PER_MESSAGE: Final = 3
TOKENS_PER_NAME: Final = 1
TOKENS_PER_EXAMPLE: Final = 3

TOKENS_PER_IMAGE: Final = 85
"""At `detail: low` (OpenAI's vision fine-tuning guide); a guess for every other detail."""

LONGEST_BLANK_RUN = 500_000
"""tiktoken 0.14 panics on a run of a million blanks in o200k_base (measured at 1,000,487)."""

_BLANK_RUN = re.compile(rf"\s{{{LONGEST_BLANK_RUN}}}")
_REMEMBERED_TEXTS = 1024
_TOOL_ROLES = ("tool", "function")
_REPEATED_ROLES = ("system", "developer")


@dataclass(frozen=True, slots=True)
class ExampleTokens:
    """What one example costs, and how much of it is learned."""

    total: int
    trained: int
    """Tokens of answers whose weight is not 0."""
    before_answer: int
    """Tokens before the first trained answer: a context shorter than this loses it entirely."""
    is_exact: bool = True
    """False where tools or images make it an estimate."""
    tool_results: int = 0
    """Tokens of what tools answered: paid for, never learned."""


@cache
def counter(encoding_name: str | None) -> "Counter":
    """The counter of an encoding, made once; None counts by o200k_base, which then is only about right."""
    return Counter(encoding_name or O200K)


class Counter:
    """Counts tokens in one encoding; special tokens written as text count as the text that they are."""

    def __init__(self, encoding_name: str) -> None:
        self.encoding_name = encoding_name
        self._remembered: dict[str, int] = {}
        self._around: dict[tuple[str, ...], int] = {}

    def count(self, text: str) -> int:
        """The tokens of a text."""
        # The vocabulary is loaded when the first text is counted: where a faster counter does it all, never.
        encode = encoding(self.encoding_name).encode_ordinary
        if len(text) > LONGEST_BLANK_RUN:
            return sum(len(encode(piece)) for piece in _cut_at_blank_runs(text))
        return len(encode(text))

    def chat(self, row: Mapping[str, Any]) -> ExampleTokens:
        """The tokens of a line with `messages`, whatever else is wrong with it."""
        listed = row.get("messages")
        messages = [message for message in (listed if isinstance(listed, list) else []) if isinstance(message, dict)]
        tools = self._json(row.get("tools") or row.get("functions"), is_repeated=True)
        total, trained, before_answer, is_exact = TOKENS_PER_EXAMPLE + tools, 0, 0, not tools
        tool_results = 0
        for message in messages:
            spoken, is_text = self._spoken(message)
            is_exact &= is_text
            if message.get("role") == "assistant" and message.get("weight", 1) != 0:
                before_answer = before_answer if trained else total
                trained += spoken
            elif message.get("role") in _TOOL_ROLES:
                tool_results += spoken
            total += TOKENS_PER_MESSAGE + self._header(message) + spoken
        return ExampleTokens(total, trained, before_answer if trained else total, is_exact, tool_results)

    def around(self, roles: tuple[str, ...]) -> int:
        """The tokens around the texts of messages that have nothing but a role and a text."""
        tokens = self._around.get(roles)
        if tokens is None:
            tokens = TOKENS_PER_EXAMPLE + sum([TOKENS_PER_MESSAGE + self._remember(role) for role in roles])
            if len(self._around) < _REMEMBERED_TEXTS:
                self._around[roles] = tokens
        return tokens

    def prompt_completion(self, row: Mapping[str, Any]) -> ExampleTokens:
        """The tokens of a line with `prompt` and `completion`; the completion alone is learned."""
        prompt, completion = (self._content(row.get(key))[0] for key in ("prompt", "completion"))
        return ExampleTokens(total=prompt + completion, trained=completion, before_answer=prompt)

    def preference(self, row: Mapping[str, Any]) -> ExampleTokens:
        """The tokens of a line with two answers: the input and both of them."""
        asked = row.get("input")
        shared = self.chat(asked if isinstance(asked, dict) else {})
        answers = [self.chat({"messages": row.get(key)}) for key in ("preferred_output", "non_preferred_output")]
        trained = sum(answer.trained for answer in answers)
        return ExampleTokens(
            shared.total + sum(answer.total for answer in answers), trained, shared.total, is_exact=False
        )

    def _header(self, message: Mapping[str, Any]) -> int:
        role, name = message.get("role"), message.get("name")
        tokens = self._remember(role) if isinstance(role, str) else 0
        return tokens + self.count(name) + TOKENS_PER_NAME if isinstance(name, str) else tokens

    def _spoken(self, message: Mapping[str, Any]) -> tuple[int, bool]:
        """The tokens of content, refusal and calls, and whether they are exact."""
        content = message.get("content")
        if message.get("role") in _REPEATED_ROLES and isinstance(content, str):
            return self._remember(content), True
        tokens, is_exact = self._content(content)
        refusal, calls = message.get("refusal"), message.get("tool_calls") or message.get("function_call")
        if isinstance(refusal, str):
            tokens += self.count(refusal)
        return tokens + self._json(calls), is_exact and not calls

    def _content(self, content: object) -> tuple[int, bool]:
        if isinstance(content, str):
            return self.count(content), True
        parts = [part for part in (content if isinstance(content, list) else []) if isinstance(part, dict)]
        texts = [part[key] for part in parts for key in ("text", "refusal") if isinstance(part.get(key), str)]
        images = sum("image_url" in part for part in parts)
        return sum(map(self.count, texts)) + images * TOKENS_PER_IMAGE, not images

    def _json(self, value: object, *, is_repeated: bool = False) -> int:
        if not value:
            return 0
        written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return self._remember(written) if is_repeated else self.count(written)

    def repeated(self, text: str) -> int:
        """The tokens of a text that comes again and again: it is counted once."""
        return self._remember(text)

    def _remember(self, text: str) -> int:
        """The tokens of a text that comes again and again, such as a system prompt."""
        tokens = self._remembered.get(text)
        if tokens is None:
            tokens = self.count(text)
            if len(self._remembered) < _REMEMBERED_TEXTS:
                self._remembered[text] = tokens
        return tokens


def _cut_at_blank_runs(text: str) -> Iterator[str]:
    start = 0
    for run in _BLANK_RUN.finditer(text):
        yield text[start : run.end()]
        start = run.end()
    yield text[start:]
