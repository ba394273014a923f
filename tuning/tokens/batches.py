"""Counting many texts at once with a faster counter, where it is installed and agrees with tiktoken.

toktok-rs counts exactly what tiktoken counts (compared on 300,000 hostile texts and on every code point), except where
a text holds one of 4,699 code points that newer Unicode tables have assigned; such texts are left to tiktoken. It is
about six times as fast, and only in batches. Its first text of every batch is counted by tiktoken too; if they ever
differ, tiktoken counts everything from then on.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import toktok

from tuning.tokens.counting import LONGEST_BLANK_RUN, Counter
from tuning.tokens.encodings import END_OF_TEXT, VOCABULARIES, encoding

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

    def prepare(self, texts: list[str]) -> None:
        """Count these texts at once; what was prepared before is forgotten."""
        self._known = self._counted(list(dict.fromkeys(texts)))

    def counts(self, texts: list[str]) -> list[int]:
        """The tokens of each text."""
        try:
            return list(map(self._known.__getitem__, texts))
        except KeyError:
            return list(map(self.count, texts))

    def count(self, text: str) -> int:
        known = self._known.get(text)
        if known is not None:
            return known
        if self._agrees and _is_certain(text):
            return int(toktok.batch_count([text], self.encoding_name, 1)[0])
        return super().count(text)

    def _counted(self, texts: list[str]) -> dict[str, int]:
        if self._agrees:
            certain = [
                text for text in texts if (text.isascii() or is_undisputed(text)) and len(text) <= LONGEST_BLANK_RUN
            ]
            counts = toktok.batch_count(certain, self.encoding_name, 1) if certain else []
            if not certain or self._is_right(Sample(certain[0], counts[0])):
                return dict(zip(certain, counts, strict=True))
            self._agrees = False
        return exact_counts(texts, self.encoding_name)

    def _is_right(self, sample: Sample) -> bool:
        if not self._verifies_later:
            return agrees(sample, self.encoding_name)
        if not self.samples or len(sample.text) <= _LONGEST_SAMPLE:
            self.samples.append(sample)
        return True


def exact_counts(texts: Sequence[str], encoding_name: str) -> dict[str, int]:
    """The tokens of each text by tiktoken: many in one call, which takes a fifth less time and leaves the interpreter free.

    Between two texts stands a special token, at which tiktoken cuts before it does anything else, so that neither
    changes the other's tokens.
    """
    joinable = [text for text in texts if len(text) <= LONGEST_BLANK_RUN and END_OF_TEXT not in text]
    counter = Counter(encoding_name)
    counted = {text: counter.count(text) for text in texts if len(text) > LONGEST_BLANK_RUN or END_OF_TEXT in text}
    if joinable:
        tokens = encoding(encoding_name).encode_to_numpy(
            END_OF_TEXT.join(joinable), allowed_special={END_OF_TEXT}, disallowed_special=()
        )
        ends = np.flatnonzero(tokens == VOCABULARIES[encoding_name].special_tokens[END_OF_TEXT])
        lengths = np.diff(np.concatenate([[-1], ends, [len(tokens)]])) - 1
        counted |= zip(joinable, lengths.tolist(), strict=True)
    return counted


def load_counter(encoding_name: str, *, counts_fast: bool) -> None:
    """Load the vocabulary of the counter that is used; it stays for as long as the process."""
    if counts_fast:
        toktok.batch_count(["The first text."], encoding_name, 1)
    else:
        encoding(encoding_name)


def preload(encoding_name: str) -> None:
    """Load what both counters need, which takes half a second of a processor and stays for as long as the process."""
    for counts_fast in (True, False):
        load_counter(encoding_name, counts_fast=counts_fast)


def agrees(sample: Sample, encoding_name: str) -> bool:
    """Whether tiktoken counts a text as the faster counter did."""
    return Counter(encoding_name).count(sample.text) == sample.tokens


def _is_certain(text: str) -> bool:
    return len(text) <= LONGEST_BLANK_RUN and is_undisputed(text)


def is_undisputed(text: str) -> bool:
    """Whether both counters are known to agree on a text."""
    return text.isascii() or not (_COARSE.search(text) and _DISPUTED.search(text))
