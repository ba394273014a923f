"""Running the rules on wording fast: a rule is asked only about an example that has one of its signs."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tuning.datasets.findings import Finding
from tuning.datasets.passages import Said
from tuning.datasets.rules import Rule


@dataclass(frozen=True, slots=True)
class SignedRule:
    """A rule and the substrings without which it finds nothing."""

    rule: Rule[Said]
    signs: tuple[str, ...]
    """Empty where every example must be looked at."""
    ignores_case: bool = False
    """The signs are in lower case, and the example is put in lower case for the search."""

    looks: Callable[[Said], bool] | None = None
    """Another quick look, in place of signs."""

    def may_apply(self, said: Said) -> bool:
        if self.looks:
            return self.looks(said)
        text = said.lowered if self.ignores_case else said.whole
        return not self.signs or any(sign in text for sign in self.signs)


def findings(rules: Iterable[SignedRule], said: Said, line: int, example: int) -> Iterator[Finding]:
    """What the rules find in one example."""
    for signed in rules:
        if signed.may_apply(said):
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
