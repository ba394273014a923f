"""Rules on the shape of each message of a chat line."""

import re
from collections.abc import Iterator

from tuning.datasets.evidence import as_written
from tuning.datasets.examples import ChatExample, Message
from tuning.datasets.roles import ROLES, likely_role
from tuning.datasets.rules import Fault, rule
from tuning.datasets.rules.json_types import is_no_json_number

_KEYS = frozenset(
    {"role", "content", "name", "weight", "refusal", "audio", "tool_calls", "tool_call_id", "function_call"}
)
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]+")
_ON, _OFF = 1, 0
_MEANING_OFF = (0, "0", "0.0", "false", "False")
_UNTRAINABLE_PARTS = ("input_audio", "audio", "file")


@rule("C006")
def role_missing(example: ChatExample) -> Iterator[Fault]:
    """Every message says who speaks."""
    for message in example.messages:
        if message.fields.get("role") is None:
            parameters: dict[str, str | int] = {"m": message.number, "guess": guessed_role(example, message)}
            yield Fault(f"{message.path}.role", evidence=message.text, parameters=parameters)


@rule("C007")
def role_unknown(example: ChatExample) -> Iterator[Fault]:
    """The roles of a supervised chat line, exactly so written; `developer` is not among them."""
    for message in example.messages:
        role = message.fields.get("role")
        if role is not None and role not in ROLES:
            guess = guessed_role(example, message)
            parameters: dict[str, str | int] = {"m": message.number, "role": as_written(role), "guess": guess}
            yield Fault(f"{message.path}.role", evidence=as_written(role), parameters=parameters)


@rule("C018")
def weight_not_0_or_1(example: ChatExample) -> Iterator[Fault]:
    """OpenAI takes the integers 0 and 1 alone."""
    for message in example.messages:
        weight = message.fields.get("weight", _ON)
        is_weight = type(weight) is int and weight in (_OFF, _ON)
        if message.role == "assistant" and not is_weight and not is_no_json_number(weight):
            guess = _OFF if weight in _MEANING_OFF else _ON
            parameters: dict[str, str | int] = {"m": message.number, "weight": as_written(weight), "guess": guess}
            yield Fault(f"{message.path}.weight", evidence=as_written(weight), parameters=parameters)


@rule("C019")
def weight_on_another_role(example: ChatExample) -> Iterator[Fault]:
    """Only answers are learned, so only they are weighed."""
    for message in example.messages:
        if "weight" in message.fields and message.role in ROLES and message.role != "assistant":
            yield Fault(f"{message.path}.weight", evidence=message.role, parameters={"m": message.number})


@rule("C021")
def extra_message_key(example: ChatExample) -> Iterator[Fault]:
    """The server refuses keys that it does not know."""
    for message in example.messages:
        for key in message.fields:
            if key not in _KEYS:
                parameters: dict[str, str | int] = {"m": message.number, "key": key}
                yield Fault(f"{message.path}.{key}", evidence=as_written(message.fields[key]), parameters=parameters)


@rule("C022")
def name_unusual(example: ChatExample) -> Iterator[Fault]:
    """Names of speakers are letters, digits, `_` and `-`, up to 64."""
    for message in example.messages:
        name = message.fields.get("name")
        if "name" in message.fields and not (isinstance(name, str) and _NAME.fullmatch(name)):
            slug = _NOT_IN_NAMES.sub("_", as_written(name)).strip("_")[:64] or "speaker"
            parameters: dict[str, str | int] = {"m": message.number, "name": as_written(name), "slug": slug}
            yield Fault(
                f"{message.path}.name",
                severity=None if isinstance(name, str) else "E",
                evidence=as_written(name),
                parameters=parameters,
            )


@rule("C023")
def not_trainable(example: ChatExample) -> Iterator[Fault]:
    """A refusal is a text, and audio and files are not trained on."""
    for message in example.messages:
        refusal = message.fields.get("refusal")
        if refusal is not None and not isinstance(refusal, str):
            yield _untrainable(message, "refusal", "refusal")
        if message.fields.get("audio") is not None:
            yield _untrainable(message, "audio", "audio")
        content = message.fields.get("content")
        for index, part in enumerate(content if isinstance(content, list) else []):
            if isinstance(part, dict) and part.get("type") in _UNTRAINABLE_PARTS:
                yield _untrainable(message, f"content[{index}]", as_written(part["type"]))


def _untrainable(message: Message, where: str, what: str) -> Fault:
    return Fault(f"{message.path}.{where}", evidence=what, parameters={"m": message.number, "what": what})


def guessed_role(example: ChatExample, message: Message) -> str:
    """What a role that is missing or unknown was meant to be: by its own word, else by the turn, since turns alternate."""
    role = message.fields.get("role")
    if role is not None and (meant := likely_role(as_written(role))):
        return meant
    before = [other.role for other in example.messages if other.position < message.position]
    return "assistant" if before and likely_role(before[-1]) == "user" else "user"


RULES = (
    role_missing,
    role_unknown,
    weight_not_0_or_1,
    weight_on_another_role,
    extra_message_key,
    name_unusual,
    not_trainable,
)
"""For lines that are not plain."""
