"""What the order of the speakers of a usual chat row says, worked out once for all rows that share it."""

from functools import lru_cache
from typing import Any, Final, NamedTuple

from tuning.datasets.examples import ChatExample
from tuning.datasets.plain_lines import UsualChat
from tuning.datasets.provider_facts import OPENAI
from tuning.datasets.rules import chat_learning
from tuning.datasets.turns import CALL, Turns, letter, turns_of

_ROLES: Final = {"s": "system", "u": "user", "a": "assistant", "t": "tool", "c": CALL, "k": CALL}
"""By the letters of speakers, which are capitals where the model learns: `c` calls beside words, `k` without any."""

_LONGEST_REMEMBERED: Final = 64
_MOST_REMEMBERED: Final = 4096


class Shape(NamedTuple):
    """Everything about a row but its texts; a text is what a message says, or the calls that it makes."""

    roles: tuple[str, ...]
    """Of each text; see `turns.CALL`."""
    is_learned: tuple[bool, ...]
    """Of each text, whether it is of an answer whose weight is not 0."""
    is_answer: tuple[bool, ...]
    """Of each text, whether it is learned and no call."""
    is_result: tuple[bool, ...]
    """Of each text, whether a tool says it."""
    is_system: tuple[bool, ...]
    """Of each text, whether it is the system's."""
    is_spoken: tuple[bool, ...]
    """Of each text, whether it is not."""
    encoded_roles: tuple[bytes, ...]
    """The roles in UTF-8."""
    paths: tuple[str, ...]
    speakers: tuple[str, ...]
    """The role of each message."""
    turns: Turns
    is_in_order: bool
    """Whether no rule on the order of messages finds anything."""


def shape_of(row: UsualChat, *, is_bare: bool) -> Shape:
    """The shape of a row; of plain chat that is bare the types of its messages tell it all."""
    if is_bare:
        types = tuple(map(type, row.messages))
        if shape := _of_types.get(types):
            return shape
        shape = shape_of(row, is_bare=False)
        if len(types) <= _LONGEST_REMEMBERED and len(_of_types) < _MOST_REMEMBERED:
            _of_types[types] = shape
        return shape
    speakers = row.speakers
    return _remembered(speakers) if len(speakers) <= _LONGEST_REMEMBERED else _shape_of(speakers)


def _shape_of(letters: str) -> Shape:
    messages: list[dict[str, Any]] = []
    paths = []
    for one in letters:
        if one not in "cC":
            role = "assistant" if one in "kK" else _ROLES[one.lower()]
            messages.append({"role": role, "weight": int(one.isupper())} if role == "assistant" else {"role": role})
        paths.append(f"messages[{len(messages) - 1}].{'tool_calls' if one in 'cCkK' else 'content'}")
    roles = tuple([_ROLES[one.lower()] for one in letters])
    is_learned = tuple([one.isupper() for one in letters])
    # Which provider it is decides how grave a fault is, and not whether there is one.
    example = ChatExample.of({"messages": messages}, OPENAI)
    return Shape(
        roles,
        is_learned,
        tuple([one == "A" for one in letters]),
        tuple([one == "t" for one in letters]),
        tuple([role == "system" for role in roles]),
        tuple([role != "system" for role in roles]),
        tuple([role.encode() for role in roles]),
        tuple(paths),
        tuple([message["role"] for message in messages]),
        turns_of("".join(map(_turn_letter, roles, is_learned))),
        not any(True for rule in chat_learning.ORDER_RULES for _ in rule.faults(example)),
    )


def _turn_letter(role: str, is_learned: bool) -> str:  # noqa: FBT001 - taken from two columns.
    return letter(role, is_learned=is_learned)


_remembered = lru_cache(maxsize=_MOST_REMEMBERED)(_shape_of)
_of_types: dict[tuple[type, ...], Shape] = {}
