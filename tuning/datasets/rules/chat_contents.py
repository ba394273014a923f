"""Rules on the content of each message of a chat line: that it is there, and of a kind that its role may have."""

from collections.abc import Iterator
from typing import Literal

from tuning.datasets.evidence import as_written
from tuning.datasets.examples import ChatExample, Message
from tuning.datasets.roles import ROLES
from tuning.datasets.rules import Fault, rule
from tuning.datasets.rules.json_types import is_no_json_number, type_phrase

_PART_TYPES = {"user": ("text", "image_url"), "assistant": ("text", "refusal")}
_TEXT_ONLY = ("text",)
_NAMED_BY_ANOTHER_RULE = ("input_audio", "audio", "file")


@rule("C008")
def content_missing(example: ChatExample) -> Iterator[Fault]:
    """An answer may leave its content out if it calls a tool or refuses; nobody else may."""
    for message in example.messages:
        if "content" not in message.fields and not _speaks_otherwise(message):
            yield Fault(message.path, parameters={"m": message.number})


@rule("C009")
def content_null(example: ChatExample) -> Iterator[Fault]:
    """Null stands for 'this turn only calls a tool', so it needs a call; a function's result may be null."""
    for message in example.messages:
        is_null = "content" in message.fields and message.fields["content"] is None
        if is_null and message.role != "function" and not _speaks_otherwise(message):
            yield Fault(f"{message.path}.content", parameters={"m": message.number})


@rule("C010")
def content_of_wrong_type(example: ChatExample) -> Iterator[Fault]:
    """Content is a text or a list of parts."""
    for message in example.messages:
        content = message.fields.get("content")
        is_told = content is None or is_no_json_number(content)
        if not is_told and not isinstance(content, str | list):
            parameters: dict[str, str | int] = {"m": message.number, "text": as_written(content)}
            phrases = {"type": type_phrase(content)}
            yield Fault(f"{message.path}.content", evidence=as_written(content), parameters=parameters, phrases=phrases)


@rule("C011")
def content_blank(example: ChatExample) -> Iterator[Fault]:
    """A blank answer teaches silence; a blank question or system text is only odd."""
    for message in example.messages:
        is_blank = _is_blank(message.fields.get("content"))
        if is_blank and message.role == "assistant" and not _speaks_otherwise(message):
            yield _blank(message, "chat.empty_answer", None)
        elif is_blank and message.role in {"user", "system"}:
            yield _blank(message, "chat.empty_message", "W")


@rule("C012")
def part_not_allowed(example: ChatExample) -> Iterator[Fault]:
    """The user may show text and images, the assistant text and refusals, everyone else text."""
    for message in example.messages:
        content = message.fields.get("content")
        if content == []:
            parameters: dict[str, str | int] = {"m": message.number, "p": 0, "type": "[]", "role": message.role}
            yield Fault(f"{message.path}.content", parameters=parameters)
        for index, part in enumerate(content if isinstance(content, list) else []):
            kind = part.get("type") if isinstance(part, dict) else None
            is_told = kind in _NAMED_BY_ANOTHER_RULE or (kind == "image_url" and message.role in ROLES)
            if kind not in _PART_TYPES.get(message.role, _TEXT_ONLY) and not is_told:
                yield _part_fault(message, index, part, {"type": as_written(kind or "?"), "role": message.role or "?"})


@rule("C013")
def text_part_without_text(example: ChatExample) -> Iterator[Fault]:
    """A part of type text has a text."""
    for message in example.messages:
        content = message.fields.get("content")
        for index, part in enumerate(content if isinstance(content, list) else []):
            if isinstance(part, dict) and part.get("type") == "text" and not isinstance(part.get("text"), str):
                yield _part_fault(message, index, part, {})


def _is_blank(content: object) -> bool:
    """Whether a text says nothing, or a list of nothing but texts."""
    texts = [content] if isinstance(content, str) else []
    if isinstance(content, list) and all(isinstance(part, dict) and part.get("type") == "text" for part in content):
        texts = [part.get("text") for part in content]
    return bool(texts) and all(isinstance(text, str) and not text.strip() for text in texts)


def _speaks_otherwise(message: Message) -> bool:
    """By calls, however faulty (they have rules of their own), or by a refusal."""
    has_calls = message.has_calls or message.fields.get("tool_calls") is not None
    return message.role == "assistant" and bool(has_calls or message.fields.get("refusal"))


def _blank(message: Message, what: str, severity: Literal["W"] | None) -> Fault:
    path, parameters = f"{message.path}.content", {"m": message.number}
    return Fault(path, severity=severity, parameters=parameters, phrases={"what": what})


def _part_fault(message: Message, index: int, part: object, parameters: dict[str, str]) -> Fault:
    numbers = {"m": message.number, "p": index + 1}
    return Fault(f"{message.path}.content[{index}]", evidence=as_written(part), parameters={**parameters, **numbers})


RULES = (content_missing, content_null, content_of_wrong_type, content_blank, part_not_allowed, text_part_without_text)
"""For lines that are not plain."""
