"""A training example as the engine sees it: which token follows which, and which of them are learned."""

from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from trainer.engine.template import ChatTemplate
from trainer.engine.tokenizer import Tokenizer
from trainer.engine.tools import plain_messages


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat example; an assistant message of weight 0 is context, not a lesson."""

    role: str
    content: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class ChatExample:
    """One line of a training file in chat format."""

    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class PreferenceExample:
    """One line of a training file for dpo: the same conversation, answered in two ways."""

    preferred: ChatExample
    other: ChatExample


@dataclass(frozen=True, slots=True)
class PromptExample:
    """One line of a training file with a prompt and its completion."""

    prompt: str
    completion: str


@dataclass(frozen=True, slots=True)
class Example:
    """The tokens of one text and which of them carry loss, both of length n_tokens."""

    tokens: NDArray[np.int32]
    is_trained: NDArray[np.bool_]

    @property
    def inputs(self) -> NDArray[np.int32]:
        """What the model reads: every token but the last, (time,)."""
        return self.tokens[:-1]

    @property
    def targets(self) -> NDArray[np.int32]:
        """What it should say after each input, (time,)."""
        return self.tokens[1:]

    @property
    def is_target_trained(self) -> NDArray[np.bool_]:
        """Which targets carry loss, (time,)."""
        return self.is_trained[1:]

    @property
    def texts(self) -> "tuple[Example, ...]":
        """The texts that run through the model for it."""
        return (self,)

    @property
    def has_lesson(self) -> bool:
        """Whether there is anything to learn from it."""
        return bool(self.is_target_trained.any())

    def cut(self, limit_tokens: int) -> "Example":
        """The example without what stands behind the limit; OpenAI truncates from the end as well."""
        return Example(self.tokens[:limit_tokens], self.is_trained[:limit_tokens])


@dataclass(frozen=True, slots=True)
class Pair:
    """Two answers to one conversation, of which the first is preferred."""

    preferred: Example
    other: Example

    @property
    def texts(self) -> tuple[Example, ...]:
        """The texts that run through the model for it."""
        return (self.preferred, self.other)

    @property
    def has_lesson(self) -> bool:
        """Whether there is anything to learn from it."""
        return self.preferred.has_lesson and self.other.has_lesson

    def cut(self, limit_tokens: int) -> "Pair":
        """Both texts without what stands behind the limit."""
        return Pair(self.preferred.cut(limit_tokens), self.other.cut(limit_tokens))


AnyExample: TypeAlias = ChatExample | PromptExample | PreferenceExample
Lesson: TypeAlias = Example | Pair


def longest_tokens(lesson: Lesson) -> int:
    """The tokens of the lesson's longest text."""
    return max(len(text.tokens) for text in lesson.texts)


class Encoder:
    """Turns examples of both formats into tokens, the same way for training, counting and serving."""

    def __init__(self, tokenizer: Tokenizer, template: ChatTemplate) -> None:
        self._tokenizer = tokenizer
        self._template = template

    def lesson(self, example: AnyExample) -> Lesson:
        """The tokens of an example of any format."""
        if isinstance(example, PreferenceExample):
            return Pair(self.encode(example.preferred), self.encode(example.other))
        return self.encode(example)

    def encode(self, example: ChatExample | PromptExample) -> Example:
        """The tokens of an example; loss lies on the answers and on the token that ends each."""
        parts = self._prompt_parts(example) if isinstance(example, PromptExample) else self._chat_parts(example)
        tokens = list(chain.from_iterable(part for part, _ in parts))
        is_trained = np.repeat([is_lesson for _, is_lesson in parts], [len(part) for part, _ in parts])
        return Example(np.array(tokens, np.int32), is_trained.astype(np.bool_))

    def _prompt_parts(self, example: PromptExample) -> list[tuple[list[int], bool]]:
        completion = [*self._tokenizer.encode(example.completion), self._tokenizer.end_id]
        prompt = [*self._tokenizer.text_prefix, *self._tokenizer.encode(example.prompt)]
        return [(prompt, False), (completion, True)]

    def _chat_parts(self, example: ChatExample) -> list[tuple[list[int], bool]]:
        """Each answer apart from what stands before it: in serving the prompt is encoded alone as well."""
        roles = [message.role for message in example.messages]
        contents = [message.content for message in example.messages]
        parts: list[tuple[list[int], bool]] = []
        done = ""
        for index, message in enumerate(example.messages):
            if message.role != "assistant":
                continue
            prompt = self._template.render(roles[:index], is_prompt=True)
            answered = self._template.render(roles[: index + 1], is_prompt=False).removesuffix("\n")
            if not (prompt.startswith(done) and answered.startswith(prompt)):
                raise UnsuitableTemplate("The chat template rewrites earlier turns, so answers cannot be told apart.")
            parts.append((self._template.encode(prompt[len(done) :], contents), False))
            parts.append((self._template.encode(answered[len(prompt) :], contents), message.weight == 1))
            done = answered
        return parts


class UnsuitableTemplate(ValueError):
    """The weights' chat template cannot be used for training."""


def example_from(fields: dict[str, Any]) -> AnyExample:
    """The example that a checked line of a training file holds."""
    if "input" in fields:
        asked = fields["input"]
        preferred, other = fields["preferred_output"], fields["non_preferred_output"]
        return PreferenceExample(_answered(asked, preferred), _answered(asked, other))
    if "messages" in fields:
        return _chat(fields["messages"], fields.get("tools"), 0)
    return PromptExample(fields["prompt"], fields["completion"])


def _answered(asked: dict[str, Any], output: list[dict[str, Any]]) -> ChatExample:
    """The conversation with one of its two answers; only that answer is learned."""
    return _chat([*asked["messages"], *output], asked.get("tools"), len(asked["messages"]))


def _chat(messages: list[dict[str, Any]], tools: list[dict[str, Any]] | None, first_lesson: int) -> ChatExample:
    weights = [message.get("weight") for message in messages]
    lessons = [index >= first_lesson and weight != 0 for index, weight in enumerate(weights)]
    plain = plain_messages(messages, tools)
    lessons = [False] * (len(plain) - len(messages)) + lessons  # The tools may have added a system message.
    return ChatExample(
        tuple(
            Message(said["role"], said["content"], int(is_lesson))
            for said, is_lesson in zip(plain, lessons, strict=True)
        )
    )
