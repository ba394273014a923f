"""One line of a training file as its format reads it: what the rules look at and the counter counts."""

from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class ChatExample:
    """A line with `messages`."""

    row: Mapping[str, Any]
    provider: ProviderFacts
    messages: tuple[Message, ...]
    """Only those that are objects; the others are a fault of their own."""

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
