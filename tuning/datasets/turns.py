"""Who speaks in what order, and what follows from it alone: worked out once for all rows of one shape."""

from functools import lru_cache
from typing import Final, NamedTuple

CALL: Final = "call"
"""The role of a passage that is a tool call, written as JSON."""

_LETTERS: Final = {"system": "s", "user": "u", "assistant": "a", CALL: "c"}
_OTHER: Final = "o"
_LONGEST_REMEMBERED: Final = 64


class Turns(NamedTuple):
    """Passages by their index from 0."""

    answer: int | None
    """The last text that is learned."""
    question: int | None
    """The last text of a user before that answer, or at all where there is no answer."""
    answered: int
    """The first passage of the last turn that is learned; the number of passages where nothing is learned."""
    opening: tuple[int, int] | None
    """The first question and the text that follows it; None where the row begins otherwise."""
    is_calling: bool
    """Whether a tool is called."""


def letter(role: str, *, is_learned: bool) -> str:
    """A speaker as `turns_of` takes it; in capitals where the model learns to write the passage."""
    written = _LETTERS.get(role, _OTHER)
    return written.upper() if is_learned else written


def turns_of(speakers: str) -> Turns:
    """What follows from the order of the speakers, a letter each."""
    return _remembered(speakers) if len(speakers) <= _LONGEST_REMEMBERED else _turns_of(speakers)


def _turns_of(speakers: str) -> Turns:
    learned = [index for index, one in enumerate(speakers) if one.isupper() and one != "C"]
    answer = learned[-1] if learned else None
    users = [index for index, one in enumerate(speakers[:answer]) if one in "uU"]
    spoken = [index for index, one in enumerate(speakers) if one in "uUaA"][:2]
    begins_with_question = len(spoken) > 1 and speakers[spoken[0]] in "uU"
    return Turns(
        answer,
        users[-1] if users else None,
        _last_turn(speakers),
        (spoken[0], spoken[1]) if begins_with_question else None,
        "c" in speakers.lower(),
    )


_remembered = lru_cache(maxsize=4096)(_turns_of)


def _last_turn(speakers: str) -> int:
    """The beginning of the last run of capitals."""
    end = len(speakers.rstrip("suaco"))
    return len(speakers) if end == 0 else len(speakers[:end].rstrip("SUACO"))
