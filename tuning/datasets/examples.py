"""One line of a training file as its format reads it: what the rules look at and the counter counts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from tuning.datasets.provider_facts import ProviderFacts


class Message(NamedTuple):
    """One message of a chat example that is an object, whatever it holds."""

    position: int
    """From 0, as in paths."""
    fields: Mapping[str, Any]

    @property
    def number(self) -> int:
        """From 1, as in sentences."""
        return self.position + 1

    @property
    def path(self) -> str:
        return f"messages[{self.position}]"

    @property
    def role(self) -> str:
        """The role, or an empty string where it is missing or no text."""
        role = self.fields.get("role")
        return role if isinstance(role, str) else ""

    @property
    def text(self) -> str:
        """All text of the content: a string as it is, the text parts of a list one after another."""
        content = self.fields.get("content")
        if isinstance(content, str):
            return content
        parts = content if isinstance(content, list) else []
        texts = (part.get("text") for part in parts if isinstance(part, dict))
        return "\n".join(text for text in texts if isinstance(text, str))

    @property
    def has_calls(self) -> bool:
        return bool(self.fields.get("tool_calls") or self.fields.get("function_call"))

    @property
    def is_trained(self) -> bool:
        """Whether the model learns this message: an answer whose weight is not 0."""
        return self.fields.get("role") == "assistant" and self.fields.get("weight", 1) != 0


class Call(NamedTuple):
    """One tool call that is an object."""

    message: Message
    position: int
    """Among the message's calls, from 0."""
    fields: Mapping[str, Any]

    @property
    def number(self) -> int:
        return self.position + 1

    @property
    def path(self) -> str:
        return f"{self.message.path}.tool_calls[{self.position}]"

    @property
    def id(self) -> str:
        """Empty where it is missing or no text; so are the next two."""
        return _text_or_empty(self.fields.get("id"))

    @property
    def function(self) -> object:
        return self.fields.get("function")

    @property
    def name(self) -> str:
        return _text_or_empty(self.function.get("name")) if isinstance(self.function, dict) else ""

    @property
    def arguments(self) -> str | None:
        """The JSON of the arguments; None where it is no text."""
        arguments = self.function.get("arguments") if isinstance(self.function, dict) else None
        return arguments if isinstance(arguments, str) else None

    @property
    def parsed_arguments(self) -> dict[str, Any] | None:
        """The arguments as an object; None where they are none."""
        try:
            value = json.loads(self.arguments or "null")
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) else None


@dataclass(frozen=True)
class ChatExample:
    """A line with `messages`."""

    row: Mapping[str, Any]
    provider: ProviderFacts
    messages: tuple[Message, ...]
    """Only those that are objects; the others are a fault of their own."""

    @cached_property
    def declared(self) -> tuple[tuple[str, Mapping[str, Any]], ...]:
        """The functions that tools, or the older `functions`, declare, each with its path."""
        tools, functions = self.row.get("tools"), self.row.get("functions")
        listed = enumerate(tools if isinstance(tools, list) else ())
        new = [(f"tools[{i}].function", tool.get("function")) for i, tool in listed if isinstance(tool, dict)]
        old = [(f"functions[{i}]", one) for i, one in enumerate(functions if isinstance(functions, list) else ())]
        return tuple((path, function) for path, function in (*new, *old) if isinstance(function, dict))

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """The assistant's tool calls, those that are objects, in order."""
        listed = [
            (message, message.fields.get("tool_calls")) for message in self.messages if message.role == "assistant"
        ]
        return tuple(
            Call(message, position, call)
            for message, calls in listed
            if isinstance(calls, list)
            for position, call in enumerate(calls)
            if isinstance(call, dict)
        )

    @cached_property
    def old_calls(self) -> tuple[tuple[Message, str], ...]:
        """The messages with a `function_call`, each with the name that it calls."""
        found = [(message, message.fields.get("function_call")) for message in self.messages]
        return tuple((m, _text_or_empty(call.get("name"))) for m, call in found if isinstance(call, dict))

    @classmethod
    def of(cls, row: Mapping[str, Any], provider: ProviderFacts) -> "ChatExample":
        listed = row.get("messages")
        messages = listed if isinstance(listed, list) else []
        return cls(row, provider, tuple(Message(i, one) for i, one in enumerate(messages) if isinstance(one, dict)))


@dataclass(frozen=True, slots=True)
class PromptExample:
    """A line with `prompt` and `completion`."""

    row: Mapping[str, Any]
    provider: ProviderFacts

    @property
    def prompt(self) -> str:
        return self._text("prompt")

    @property
    def completion(self) -> str:
        return self._text("completion")

    def _text(self, key: str) -> str:
        value = self.row.get(key)
        return value if isinstance(value, str) else ""


def _text_or_empty(value: object) -> str:
    return value if isinstance(value, str) else ""
