"""Running the rules on wording fast: a rule is asked only about an example that has one of its signs."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from tuning.datasets.findings import Finding
from tuning.datasets.passages import Said
from tuning.datasets.rules import Rule


@dataclass(frozen=True, slots=True)
class SignedRule:
    """A rule and the substrings without which it finds nothing."""

    rule: Rule[Said]
    signs: tuple[str, ...] = ()
    """Looked for whatever their case; empty where there is no such list."""
    looks: Callable[[Said], bool] | None = None
    """Another quick look, in place of signs."""


class SignedRules:
    """Looks for the signs of all rules in one pass over an example."""

    def __init__(self, rules: tuple[SignedRule, ...]) -> None:
        self._rules = rules
        signs = sorted({sign.lower() for signed in rules for sign in signed.signs})
        self._owners = [
            frozenset(i for i, signed in enumerate(rules) if sign in map(str.lower, signed.signs)) for sign in signs
        ]
        self._automaton = AhoCorasick(signs)

    def findings(self, said: Said, line: int, example: int) -> Iterator[Finding]:
        """What the rules find in one example."""
        found = {match[0] for match in self._automaton.find_matches_as_indexes(said.lowered, overlapping=True)}
        asked = frozenset[int]().union(*(self._owners[sign] for sign in found))
        for index, signed in enumerate(self._rules):
            if index in asked if signed.signs else signed.looks is None or signed.looks(said):
                yield from signed.rule.findings(said, line, example)


def anchored(text: str, anchors: Iterable[str], pattern: re.Pattern[str]) -> re.Match[str] | None:
    """The first match of a pattern that begins with one of `anchors`; it is tried where they stand and nowhere else."""
    found = (match for anchor in anchors for at in _places(text, anchor) if (match := pattern.match(text, at)))
    return min(found, key=lambda match: match.start(), default=None)


def _places(text: str, anchor: str) -> Iterator[int]:
    at = text.find(anchor)
    while at >= 0:
        yield at
        at = text.find(anchor, at + 1)
