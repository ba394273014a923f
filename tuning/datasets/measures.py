"""What is measured while the rows go by: tokens, system prompts and languages."""

import re
from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from tuning.tokens.counting import ExampleTokens

QUANTILES: Final = (5, 25, 50, 75, 95)
"""Per cent."""

_BINS = 12
_REMEMBERED_PROMPTS = 200
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of the histogram: examples of `lower` up to, not including, `upper` tokens."""

    lower_tokens: int
    upper_tokens: int
    examples: int


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """The tokens of a file, of one pass over it."""

    total: int = 0
    trained: int = 0
    """Tokens of the answers that the model learns."""
    billed: int = 0
    """The total with every example cut at the model's context, where that is known."""
    quantiles: dict[str, int] = field(default_factory=dict)
    """Tokens of an example: "p5", "p25", "p50", "p75", "p95"."""
    histogram: tuple[Bin, ...] = ()
    longest: int = 0
    longest_line: int | None = None
    encoding: str = ""
    is_exact: bool = True
    """False where the encoding is not the model's own, or tools and images are estimated."""

    @property
    def cut(self) -> int:
        """Tokens beyond the model's context, which the provider drops in silence."""
        return self.total - self.billed


class TokenMeter:
    """Adds up the tokens of examples; eight bytes an example."""

    def __init__(self, context_tokens: int | None) -> None:
        self.context_tokens = context_tokens
        self._lengths = array("Q")
        self.total = self._billed = self._longest = 0
        self.trained = 0
        self._longest_line: int | None = None
        self._is_exact = True
        self.most_trained = 0
        self.most_trained_line: int | None = None

    def add(self, line: int, tokens: ExampleTokens) -> None:
        self.add_all([line], [tokens.total], [tokens.trained], are_exact=tokens.is_exact)

    def add_all(self, lines: list[int], totals: list[int], trained: list[int], *, are_exact: bool) -> None:
        """Add examples; others may stand between them in the file."""
        self._is_exact &= are_exact
        self._lengths.extend(totals)
        self.total += sum(totals)
        self.trained += sum(trained)
        limit = self.context_tokens
        self._billed += sum([min(one, limit) for one in totals]) if limit else sum(totals)
        self._longest, self._longest_line = _first_most((self._longest, self._longest_line), totals, lines)
        self.most_trained, self.most_trained_line = _first_most(
            (self.most_trained, self.most_trained_line), trained, lines
        )

    def absorb(self, later: "TokenMeter", lines: int) -> None:
        """Add what was measured in a later piece of the file, before which it has so many lines."""
        self._lengths.extend(later._lengths)
        self.total += later.total
        self.trained += later.trained
        self._billed += later._billed
        self._is_exact &= later._is_exact
        if later._longest > self._longest and later._longest_line is not None:
            self._longest, self._longest_line = later._longest, later._longest_line + lines
        if later.most_trained > self.most_trained and later.most_trained_line is not None:
            self.most_trained, self.most_trained_line = later.most_trained, later.most_trained_line + lines

    def facts(self, encoding: str, *, is_own_encoding: bool) -> TokenFacts:
        ordered = sorted(self._lengths)
        return TokenFacts(
            total=self.total,
            trained=self.trained,
            billed=self._billed,
            quantiles={f"p{q}": ordered[(len(ordered) - 1) * q // 100] for q in QUANTILES} if ordered else {},
            histogram=histogram(ordered),
            longest=self._longest,
            longest_line=self._longest_line,
            encoding=encoding,
            is_exact=self._is_exact and is_own_encoding,
        )


def _first_most(known: tuple[int, int | None], amounts: list[int], lines: list[int]) -> tuple[int, int | None]:
    """The largest amount with the first line that has it; 0 is no amount."""
    most = max(amounts, default=0)
    if most == 0 or most < known[0]:
        return known
    line = lines[amounts.index(most)]
    return (most, line) if most > known[0] or known[1] is None else (most, min(known[1], line))


def histogram(ordered: list[int]) -> tuple[Bin, ...]:
    """Bars of equal width over sorted lengths; the width is a round number."""
    if not ordered:
        return ()
    width = _round_up((ordered[-1] - ordered[0]) // _BINS + 1)
    counts = Counter(length // width for length in ordered)
    first, last = ordered[0] // width, ordered[-1] // width
    return tuple(Bin(bar * width, (bar + 1) * width, counts[bar]) for bar in range(first, last + 1))


def _round_up(number: int) -> int:
    """The next of 1, 2, 5, 10, 20, 50, ..."""
    power: int = 10 ** (len(str(number)) - 1)
    steps: tuple[int, ...] = (power, 2 * power, 5 * power, 10 * power)
    return next(step for step in steps if step >= number)


@dataclass(frozen=True, slots=True)
class SystemPrompts:
    """The system texts of a file: a tuned model is asked with the one it was trained on."""

    common: str = ""
    """The text that most examples begin with; empty where most have none."""
    common_examples: int = 0
    distinct: int = 0
    """Different texts, counted up to 200."""


class PromptCensus:
    """Counts system texts, the first 200 different ones."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add_all(self, texts: Iterable[str]) -> None:
        """Count the texts of some examples, in their order."""
        self._add(Counter(texts))

    def absorb(self, later: "PromptCensus") -> None:
        """Add what was counted in a later piece of the file."""
        self._add(later._counts)

    def _add(self, counts: Counter[str]) -> None:
        for text, count in counts.items():
            if text in self._counts or len(self._counts) < _REMEMBERED_PROMPTS:
                self._counts[text] += count

    def result(self) -> SystemPrompts:
        if not self._counts:
            return SystemPrompts()
        common, examples = self._counts.most_common(1)[0]
        return SystemPrompts(common, examples, len(self._counts.keys() - {""}))


def has_han(text: str) -> bool:
    """Whether a text has a Chinese character in it."""
    return not text.isascii() and bool(_HAN.search(text))
