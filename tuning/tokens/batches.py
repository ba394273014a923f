"""Counting many texts at once with a faster counter, where it is installed and agrees with tiktoken.

toktok-rs counts exactly what tiktoken counts (compared on 300,000 hostile texts and on every code point), except where
a text holds one of 4,699 code points that newer Unicode tables have assigned; such texts are left to tiktoken. It is
about six times as fast, and only in batches. Its first text of every batch is counted by tiktoken too; if they ever
differ, tiktoken counts everything from then on.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

import toktok

from tuning.tokens.counting import LONGEST_BLANK_RUN, Counter

_COARSE: Final = re.compile(
    "[^\0-\u088e\u0890-\u0c5b\u0c5d-\u0cdb\u0cdd-\u1ace\u1aec-\ua7cd\ua7f2-\U0001093f\U0001f000-\U0001ffff]"
)
"""Holds every code point of the next one, and spares emoji and the usual Chinese characters: it is searched first."""

_DISPUTED: Final = re.compile(
    "[\u088f\u0c5c\u0cdc\u1acf-\u1add\u1ae0-\u1aeb\ua7ce\ua7cf\ua7d2\ua7d4\ua7f1\U00010940-\U00010959\U00010ec5-\U00010ec7"
    "\U00010efa\U00010efb\U00011b60-\U00011b67\U00011db0-\U00011ddb\U00011de0-\U00011de9\U00016ea0-\U00016eb8"
    "\U00016ebb-\U00016ed3\U00016ff2-\U00016ff6\U000187f8-\U000187ff\U00018d09-\U00018d1e\U00018d80-\U00018df2"
    "\U0001e6c0-\U0001e6ff\U0002b73a-\U0002b73f\U0002cea2-\U0002cead\U000323b0-\U00033479]"
)
"""Unassigned up to Unicode 15.1, which tiktoken 0.14 goes by, and assigned since."""


_LONGEST_SAMPLE: Final = 10_000
"""Characters of a text that is kept to be counted again."""


class Sample(NamedTuple):
    """A text and its tokens by the faster counter."""

    text: str
    tokens: int


class BatchCounter(Counter):
    """A counter that can be told in advance which texts it will be asked about. One check has one of its own."""

    def __init__(self, encoding_name: str, *, counts_fast: bool = True, verifies_later: bool = False) -> None:
        """Count in an encoding.

        Args:
            encoding_name: `o200k_base` or `cl100k_base`.
            counts_fast: False leaves everything to tiktoken.
            verifies_later: whether somebody else compares the samples with tiktoken's count, so that its vocabulary
                isn't needed here.
        """
        super().__init__(encoding_name)
        self._known: dict[str, int] = {}
        self._agrees = counts_fast
        self._verifies_later = verifies_later
        self.samples: list[Sample] = []

    def prepare(self, texts: Iterable[str]) -> None:
        """Count these texts at once; what was prepared before is forgotten."""
        self._known = {}
        if not self._agrees:
            return
        new = [text for text in dict.fromkeys(texts) if text not in self._remembered]
        certain = list(filter(_is_certain, new))
        if not certain:
            return
        counts = toktok.batch_count(certain, self.encoding_name, 1)
        sample = Sample(certain[0], counts[0])
        if self._verifies_later:
            if not self.samples or len(sample.text) <= _LONGEST_SAMPLE:
                self.samples.append(sample)
        elif not agrees(sample, self.encoding_name):
            self._agrees = False
            return
        self._known = dict(zip(certain, counts, strict=True))

    def count(self, text: str) -> int:
        known = self._known.get(text)
        if known is not None:
            return known
        if self._agrees and _is_certain(text):
            return int(toktok.batch_count([text], self.encoding_name, 1)[0])
        return super().count(text)


def preload(encoding_name: str) -> None:
    """Load what both counters need, which takes half a second of a processor and stays for as long as the process."""
    text = "The first text."
    agrees(Sample(text, toktok.batch_count([text], encoding_name, 1)[0]), encoding_name)


def agrees(sample: Sample, encoding_name: str) -> bool:
    """Whether tiktoken counts a text as the faster counter did."""
    return Counter(encoding_name).count(sample.text) == sample.tokens


def _is_certain(text: str) -> bool:
    return len(text) <= LONGEST_BLANK_RUN and is_undisputed(text)


def is_undisputed(text: str) -> bool:
    """Whether both counters are known to agree on a text."""
    return text.isascii() or not (_COARSE.search(text) and _DISPUTED.search(text))
