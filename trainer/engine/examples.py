"""A training example as the engine sees it: which token follows which, and which of them are learned."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.engine.template import ChatTemplate
from trainer.engine.tokenizer import Tokenizer


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
class PromptExample:
    """One line of a training file with a prompt and its completion."""

    prompt: str
    completion: str


@dataclass(frozen=True, slots=True)
class Example:
    """The tokens of one example and which of them carry loss, both of length n_tokens."""

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

    def cut(self, limit_tokens: int) -> "Example":
        """The example without what stands behind the limit; OpenAI truncates from the end as well."""
        return Example(self.tokens[:limit_tokens], self.is_trained[:limit_tokens])


class Encoder:
    """Turns examples of both formats into tokens, the same way for training, counting and serving."""

    def __init__(self, tokenizer: Tokenizer, template: ChatTemplate) -> None:
        self._tokenizer = tokenizer
        self._template = template

    def encode(self, example: ChatExample | PromptExample) -> Example:
        """The tokens of an example; loss lies on the answers and on the token that ends each."""
        parts = self._prompt_parts(example) if isinstance(example, PromptExample) else self._chat_parts(example)
        tokens = [token for part, _ in parts for token in part]
        is_trained = [is_lesson for part, is_lesson in parts for _ in part]
        return Example(np.array(tokens, np.int32), np.array(is_trained, np.bool_))

    def _prompt_parts(self, example: PromptExample) -> list[tuple[list[int], bool]]:
        completion = [*self._tokenizer.encode(example.completion), self._tokenizer.end_id]
        return [(self._tokenizer.encode(example.prompt), False), (completion, True)]

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


def example_from(fields: dict[str, Any]) -> ChatExample | PromptExample:
    """The example that a checked line of a training file holds."""
    if "messages" in fields:
        return ChatExample(tuple(_message(message) for message in fields["messages"]))
    return PromptExample(fields["prompt"], fields["completion"])


def _message(fields: dict[str, Any]) -> Message:
    weight = fields.get("weight")
    return Message(role_of(fields["role"]), text_of(fields["content"]), 1 if weight is None else weight)


def role_of(role: str) -> str:
    """The role as chat templates know it: OpenAI's newer models say developer for system."""
    return "system" if role == "developer" else role


def text_of(content: str | Sequence[dict[str, str]]) -> str:
    """A message's text, whether it came as a string or as OpenAI's list of text parts."""
    return content if isinstance(content, str) else "".join(part["text"] for part in content)
