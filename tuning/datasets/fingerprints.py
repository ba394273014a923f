"""Short numbers by which equal texts are recognised without keeping the texts."""

import hashlib
import unicodedata
from collections.abc import Iterable

from tuning.datasets.passages import Passage, Said


def normalised(text: str) -> str:
    """The text in Unicode's composed form with every run of blanks as one: what counts as the same text."""
    composed = text if text.isascii() else unicodedata.normalize("NFC", text)
    return " ".join(composed.split())


def fingerprint(text: str) -> int:
    """64 bits of the text; with a million texts two of them collide once in thirty million files."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())


def of_passages(passages: Iterable[Passage]) -> int:
    """64 bits of who says what, blanks aside."""
    return fingerprint("\x1e".join([f"{passage.role}\x1f{normalised(passage.text)}" for passage in passages]))


def of_row(said: Said) -> int:
    """64 bits of a whole row: the same for rows that say the same, whatever their format's keys and blanks."""
    return fingerprint(f"{of_passages(said.asked)}/{of_passages(said.answered)}/{said.beside}")
