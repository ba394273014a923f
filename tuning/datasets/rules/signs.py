"""Running the rules on wording fast: a rule is asked only about an example that has one of its signs.

Many examples are scanned at once, as bytes: one automaton looks for the signs of all rules, and a few patterns that begin
with one certain byte look for what no list of signs can hold. What is found nowhere cannot break a rule, so that a clean
example costs a few passes at the speed of memory and no more.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, NamedTuple

from ahocorasick_rs import BytesAhoCorasick, Implementation

from tuning.datasets.anchors import anchors_in
from tuning.datasets.findings import Finding
from tuning.datasets.passages import Said
from tuning.datasets.rules import Rule

_SEPARATOR: Final = b"\n"
_MOST_SYSTEMS: Final = 1_000


class Scanned(NamedTuple):
    """What is looked through for signs."""

    spoken: bytes
    """All texts of an example but the system's, in UTF-8."""
    system: str
    answers: list[str]
    """Those that are learned."""


@dataclass(frozen=True, slots=True)
class SignedRule:
    """A rule and that without which it finds nothing."""

    rule: Rule[Said]
    signs: tuple[str, ...] = ()
    """Looked for whatever the case of ASCII's letters; none holds a line break."""
    exact: tuple[str, ...] = ()
    """Signs that count in this case alone."""
    patterns: tuple[re.Pattern[bytes], ...] = ()
    """Looked for in UTF-8; each begins with one certain byte, and none reaches over a line break."""
    outlined: tuple[re.Pattern[bytes], ...] = ()
    """The same, in the text as `outline` draws it."""
    told_by: Callable[[str], object] | None = None
    """Whether it finds something in an answer that is learned, for a rule that looks at these alone."""


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
        self._told = [(index, one.told_by) for index, one in enumerate(rules) if one.told_by]
        self._of_systems: dict[str, frozenset[int]] = {}
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

    def asked(self, examples: list[Scanned]) -> dict[int, set[int]]:
        """For each example that may break a rule, by its index, the rules that must be asked about it."""
        joined = _SEPARATOR.join([one.spoken for one in examples])
        starts = list(accumulate([len(one.spoken) + 1 for one in examples], initial=0))
        asked: dict[int, set[int]] = {}
        for position, rules in self._places(joined):
            asked.setdefault(bisect_right(starts, position) - 1, set()).update(rules)
        for index, one in enumerate(examples):
            rules = self._in_system(one.system) if one.system else frozenset()
            told = [rule for rule, told_by in self._told if any(map(told_by, one.answers))]
            if rules or told:
                asked.setdefault(index, set()).update(rules, told)
        return asked

    def _in_system(self, text: str) -> frozenset[int]:
        """The rules of whose signs one is in a system text, which is often the same in many examples."""
        known = self._of_systems.get(text)
        if known is None:
            places = self._places(text.encode("utf-8", "replace"))
            known = frozenset(rule for _, rules in places for rule in rules)
            if len(self._of_systems) < _MOST_SYSTEMS:
                self._of_systems[text] = known
        return known

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
        """What the rules that must be asked find in one example."""
        for index in sorted(asked):
            yield from self._rules[index].rule.findings(said, line, example)


def anchored(text: str, anchors: Iterable[str], pattern: re.Pattern[str]) -> re.Match[str] | None:
    """The first match of a pattern that begins with one of `anchors`; it is tried where they stand and nowhere else."""
    return next((match for at in anchors_in(text, anchors) if (match := pattern.match(text, at))), None)
