"""Short numbers by which equal texts are recognised without keeping the texts."""

import hashlib
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from tuning.datasets.passages import Passage, Said


def normalised(text: str) -> str:
    """The text in Unicode's composed form with every run of blanks as one: what counts as the same text."""
    composed = text if text.isascii() else unicodedata.normalize("NFC", text)
    return " ".join(composed.split())


def fingerprint(text: str | bytes) -> int:
    """64 bits of the text; with a million texts two of them collide once in thirty million files."""
    content = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest())


def of_passages(passages: Iterable[Passage]) -> int:
    """64 bits of who says what, blanks aside."""
    return _of_turns([_turn(passage) for passage in passages])


class Fingerprints(NamedTuple):
    """What a row is recognised by."""

    row: int
    """The same for rows that say the same, whatever their format's keys and blanks."""
    asked: int
    """Of everything before the last turn that is learned."""
    answered: int
    """Of that turn."""
    opening: int
    """Of the first question and what follows it; 0 where the row begins otherwise."""


def of_said(said: Said) -> Fingerprints:
    """What a row is recognised by."""
    turns = [_turn(passage) for passage in said.passages]
    start, opening = said.turns.answered, said.turns.opening
    asked, answered = _of_turns(turns[:start]), _of_turns(turns[start:])
    return Fingerprints(
        fingerprint(f"{asked}/{answered}/{said.beside}"),
        asked,
        answered,
        _of_turns([turns[index] for index in opening]) if opening else 0,
    )


def of_row(said: Said) -> int:
    """64 bits of a whole row: the same for rows that say the same, whatever their format's keys and blanks."""
    return of_said(said).row


def _turn(passage: Passage) -> str:
    return f"{passage.role}\x1f{normalised(passage.text)}{passage.images}"


def _of_turns(turns: list[str]) -> int:
    return fingerprint("\x1e".join(turns))
