"""Running the rules on wording fast: a rule is asked only about an example that has one of its signs.

Many examples are scanned at once, as bytes: one automaton looks for the signs of all rules, and a few patterns that begin
with one certain byte look for what no list of signs can hold. What is found nowhere cannot break a rule, so that a clean
example costs a few passes at the speed of memory and no more.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from ahocorasick_rs import BytesAhoCorasick, Implementation

from tuning.datasets.findings import Finding
from tuning.datasets.passages import Said
from tuning.datasets.rules import Rule

_SEPARATOR: Final = b"\n"


@dataclass(frozen=True, slots=True)
class SignedRule:
    """A rule and that without which it finds nothing; with no signs and no patterns it is asked about every example."""

    rule: Rule[Said]
    signs: tuple[str, ...] = ()
    """Looked for whatever the case of ASCII's letters; none holds a line break."""
    exact: tuple[str, ...] = ()
    """Signs that count in this case alone."""
    patterns: tuple[re.Pattern[bytes], ...] = ()
    """Looked for in UTF-8; each begins with one certain byte, and none reaches over a line break."""
    outlined: tuple[re.Pattern[bytes], ...] = ()
    """The same, in the text as `outline` draws it."""


_OUTLINE: Final = bytes.maketrans(
    bytes(range(256)),
    bytes(
        ord("0") if 0x30 <= byte <= 0x39  # noqa: PLR2004 - ASCII's digits.
        else ord("-") if byte in b" ().+/-"
        else ord("x") if byte in b"Xx"
        else ord(",") if byte in b",;?!"
        else ord("n") if byte == 0x0A  # noqa: PLR2004 - the line break.
        else ord("H") if 0xE4 <= byte <= 0xE9  # noqa: PLR2004 - what UTF-8 begins most Chinese characters with.
        else ord("c") if 0x80 <= byte < 0xC0  # noqa: PLR2004 - what it goes on with.
        else ord("o")
        for byte in range(256)
    ),
)  # fmt: skip


def outline(text: bytes) -> bytes:
    """The text with a sign for each kind of byte: digits are 0, what stands between digits is -, and so on."""
    return text.translate(_OUTLINE)


class SignedRules:
    """Looks for the signs of all rules in one pass over many examples."""

    def __init__(self, rules: tuple[SignedRule, ...]) -> None:
        self._rules = rules
        self._always = frozenset(
            index for index, one in enumerate(rules) if not (one.signs or one.exact or one.patterns or one.outlined)
        )
        owners: dict[bytes, set[int]] = {}
        exact: dict[bytes, dict[bytes, set[int]]] = {}
        for index, one in enumerate(rules):
            for sign in one.signs:
                owners.setdefault(sign.encode().lower(), set()).add(index)
            for sign in one.exact:
                written = sign.encode()
                exact.setdefault(written.lower(), {}).setdefault(written, set()).add(index)
        signs = sorted(owners.keys() | exact.keys())
        self._owners = [frozenset(owners.get(sign, ())) for sign in signs]
        self._exact = [exact.get(sign) for sign in signs]
        self._automaton = BytesAhoCorasick(signs, implementation=Implementation.DFA)

    def asked(self, texts: list[bytes]) -> dict[int, set[int]]:
        """For each text in which a sign was found, by its index, the rules that must be asked about it."""
        joined = _SEPARATOR.join(texts)
        starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
        asked: dict[int, set[int]] = {}
        for position, rules in self._places(joined):
            asked.setdefault(bisect_right(starts, position) - 1, set()).update(rules)
        return asked

    def _places(self, joined: bytes) -> Iterator[tuple[int, Iterable[int]]]:
        for sign, start, end in self._automaton.find_matches_as_indexes(joined.lower(), overlapping=True):
            yield start, self._owners[sign]
            cased = self._exact[sign]
            if cased and (rules := cased.get(joined[start:end])):
                yield start, rules
        drawn = outline(joined)
        for index, rule in enumerate(self._rules):
            for patterns, scanned in ((rule.patterns, joined), (rule.outlined, drawn)):
                for pattern in patterns:
                    for match in pattern.finditer(scanned):
                        yield match.start(), (index,)

    def findings(self, said: Said, asked: Iterable[int], line: int, example: int) -> Iterator[Finding]:
        """What the rules that must be asked, and those that always are, find in one example."""
        for index in self._always.union(asked):
            yield from self._rules[index].rule.findings(said, line, example)


def anchored(text: str, anchors: Iterable[str], pattern: re.Pattern[str]) -> re.Match[str] | None:
    """The first match of a pattern that begins with one of `anchors`; it is tried where they stand and nowhere else."""
    found = (match for anchor in anchors for at in places(text, anchor) if (match := pattern.match(text, at)))
    return min(found, key=lambda match: match.start(), default=None)


def places(text: str, anchor: str) -> Iterator[int]:
    """Wherever `anchor` stands in a text."""
    at = text.find(anchor)
    while at >= 0:
        yield at
        at = text.find(anchor, at + 1)
