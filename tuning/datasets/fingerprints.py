"""Short numbers by which equal texts are recognised without keeping the texts."""

from collections.abc import Iterable
from typing import NamedTuple

from tuning.datasets.blanks import normalised_bytes
from tuning.datasets.hashing import fingerprint
from tuning.datasets.passages import Passage, Said
from tuning.datasets.plain_wording import PlainWording
from tuning.datasets.turns import Turns


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
    return _of_turns_of_row([_turn(passage) for passage in said.passages], said.turns, said.beside)


def of_plain(wording: PlainWording) -> Fingerprints:
    """What a plain row is recognised by."""
    texts = map(normalised_bytes, wording.texts)
    turns = [b"%b\x1f%b" % one for one in zip(wording.shape.encoded_roles, texts, strict=True)]
    return _of_turns_of_row(turns, wording.shape.turns, "")


def _of_turns_of_row(written: list[bytes], turns: Turns, beside: str) -> Fingerprints:
    asked, answered = _of_turns(written[: turns.answered]), _of_turns(written[turns.answered :])
    return Fingerprints(
        fingerprint(f"{asked}/{answered}/{beside}"),
        asked,
        answered,
        _of_turns([written[index] for index in turns.opening]) if turns.opening else 0,
    )


def of_row(said: Said) -> int:
    """64 bits of a whole row: the same for rows that say the same, whatever their format's keys and blanks."""
    return of_said(said).row


def _turn(passage: Passage) -> bytes:
    role = passage.role.encode("utf-8", "surrogatepass")
    return b"%b\x1f%b%b" % (role, normalised_bytes(passage.text), passage.images.encode())


def _of_turns(turns: list[bytes]) -> int:
    return fingerprint(b"\x1e".join(turns))
