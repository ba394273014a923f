"""What the order of the speakers of a plain chat row says, worked out once for all rows that share it."""

from functools import lru_cache
from typing import Final, NamedTuple

from tuning.datasets.examples import ChatExample
from tuning.datasets.passages import Passage, Said
from tuning.datasets.plain_chat import PlainChat
from tuning.datasets.provider_facts import OPENAI
from tuning.datasets.rules import chat_learning
from tuning.datasets.turns import Turns, turns_of

_ROLES: Final = {"s": "system", "u": "user", "a": "assistant"}
_LONGEST_REMEMBERED: Final = 64


class Shape(NamedTuple):
    """Everything about a row but its texts."""

    roles: tuple[str, ...]
    is_learned: tuple[bool, ...]
    """Of each message, whether it is an answer whose weight is not 0."""
    paths: tuple[str, ...]
    turns: Turns
    is_in_order: bool
    """Whether no rule on the order of messages finds anything."""


def shape_of(row: PlainChat) -> Shape:
    """The shape of a row."""
    speakers = "".join([message.letter for message in row.messages])
    return _remembered(speakers) if len(speakers) <= _LONGEST_REMEMBERED else _shape_of(speakers)


def said_of(texts: list[str], shape: Shape) -> Said:
    """The passages of a row."""
    said = Said(tuple(map(Passage, shape.paths, shape.roles, texts, shape.is_learned)))
    said.__dict__["turns"] = shape.turns
    return said


def _shape_of(speakers: str) -> Shape:
    roles = tuple([_ROLES[one.lower()] for one in speakers])
    messages = [
        {"role": role, "weight": int(one != "a")} if role == "assistant" else {"role": role}
        for role, one in zip(roles, speakers, strict=True)
    ]
    # Which provider it is decides how grave a fault is, and not whether there is one.
    example = ChatExample.of({"messages": messages}, OPENAI)
    return Shape(
        roles,
        tuple([one.isupper() for one in speakers]),
        tuple([f"messages[{index}].content" for index in range(len(speakers))]),
        turns_of(speakers),
        not any(True for rule in chat_learning.ORDER_RULES for _ in rule.faults(example)),
    )


_remembered = lru_cache(maxsize=4096)(_shape_of)
