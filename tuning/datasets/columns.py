"""What the texts of one column, the prompts or the completions, have in common."""

import re
from string import ascii_lowercase, ascii_uppercase
from typing import Final

SEPARATORS: Final = ("\n\n###\n\n", "\n\n---\n\n", "\n\n===\n\n", "\n\n->\n\n", " ->", "\n\n%%%%\n\n")
ENDINGS: Final = (" END", "\n###", " ###", "\n---", " STOP")
"""What OpenAI's former prompt/completion guide proposes, in the order in which they are offered."""

_KEPT_TEXTS: Final = 100
_KEPT_CHARACTERS: Final = 2_000
_UPPER, _LOWER = ascii_uppercase.encode(), ascii_lowercase.encode()


class Column:
    """Grows by one text a row; keeps its first hundred texts, and of the others only what they share."""

    def __init__(self, proposals: tuple[str, ...]) -> None:
        self._ending: str | None = None
        self._prefix: str | None = None
        self._separator = ""
        self._kept: list[str] = []
        self._free = list(proposals)
        self.first = ""
        self.is_uniform = True
        self.count = 0
        self.with_leading_blank = 0
        self.upper_letters = self.lower_letters = 0
        self.with_separator_inside = 0

    def add(self, text: str) -> None:
        self.count += 1
        if self._ending is None or self._prefix is None:
            self.first = self._ending = self._prefix = text
        elif text != self.first:
            self.is_uniform = False
        self._prefix = common_prefix(self._prefix, text)
        self._shorten_ending(text)
        self._free = [sign for sign in self._free if sign not in text]
        self.with_leading_blank += text[:1].isspace()
        self._count_case(text)
        if len(self._kept) < _KEPT_TEXTS:
            self._kept.append(text[-_KEPT_CHARACTERS:])
        self.with_separator_inside += _has_inside(text, self._separator)

    def _shorten_ending(self, text: str) -> None:
        ending = common_prefix((self._ending or "")[::-1], text[::-1])[::-1]
        if ending != self._ending or self.count <= len(ENDINGS):
            self._ending = ending
            self._separator = self.separator()
            self.with_separator_inside = sum(_has_inside(kept, self._separator) for kept in self._kept)

    def _count_case(self, text: str) -> None:
        letters = text.encode("ascii", "ignore")
        self.upper_letters += len(letters) - len(letters.translate(None, _UPPER))
        self.lower_letters += len(letters) - len(letters.translate(None, _LOWER))

    @property
    def prefix(self) -> str:
        """What all texts begin with."""
        return "" if self.is_uniform else self._prefix or ""

    @property
    def proposal(self) -> str:
        """The first of the usual separators that occurs in no text."""
        return self._free[0] if self._free else "\n\n<>\n\n"

    def separator(self) -> str:
        """What all texts end with, without the words before it: from its first blank on; empty where there is none.

        ".\\n\\n###\\n\\n" gives "\\n\\n###\\n\\n", and a full stop that all completions share is no separator.
        """
        ending = self._ending or ""
        start = re.search(r"\s", ending)
        if self.count <= 1 or self.is_uniform:
            return ""
        return ending[start.start() :] if start else (ending if len(ending) > 1 else "")


def common_prefix(one: str, other: str) -> str:
    """What both texts begin with."""
    if other.startswith(one):
        return one
    shared = next((i for i, (here, there) in enumerate(zip(one, other, strict=False)) if here != there), None)
    return one[: min(len(one), len(other)) if shared is None else shared]


def _has_inside(text: str, separator: str) -> bool:
    return bool(separator) and text.find(separator, 0, len(text) - len(separator)) >= 0
