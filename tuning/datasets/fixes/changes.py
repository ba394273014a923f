"""What a repair changes, counted and with a few examples."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Final, NamedTuple

from tuning.datasets.evidence import evidence, masked
from tuning.datasets.findings import AutoFix
from tuning.datasets.rules.table import RULINGS

MOST_SAMPLES: Final = 3
_SHOWN_CHARACTERS: Final = 160
_BEFORE_DIFFERENCE: Final = 40


class Sample(NamedTuple):
    """A line before and after one repair, cut to where they differ, secrets masked."""

    line: int
    """In the old file."""
    before: str
    after: str
    """Empty where the line was removed."""


@dataclass(frozen=True, slots=True)
class Change:
    """All that the repair of one code has changed."""

    code: str
    lines: int
    samples: tuple[Sample, ...]

    @property
    def auto_fix(self) -> AutoFix:
        return RULINGS[self.code].auto_fix

    @property
    def is_necessary(self) -> bool:
        """Whether its code can block a job."""
        return RULINGS[self.code].severity == "E"


def together(first: tuple[Change, ...], second: tuple[Change, ...]) -> tuple[Change, ...]:
    """The changes of two passes, by code."""
    by_code = {change.code: change for change in second}
    for change in first:
        later = by_code.get(change.code)
        lines = change.lines + (later.lines if later else 0)
        by_code[change.code] = Change(change.code, lines, change.samples)
    return tuple(by_code[code] for code in sorted(by_code))


class Changes:
    """Collects changes while lines are repaired."""

    def __init__(self) -> None:
        self._lines: Counter[str] = Counter()
        self._samples: defaultdict[str, list[Sample]] = defaultdict(list)

    def add(self, code: str, line: int, before: bytes, after: bytes) -> None:
        self._lines[code] += 1
        if len(self._samples[code]) < MOST_SAMPLES:
            self._samples[code].append(sample_of(line, before, after))

    def add_many(self, code: str, lines: int) -> None:
        """Changes that no quotation could show, such as line endings."""
        if lines:
            self._lines[code] += lines

    def result(self) -> tuple[Change, ...]:
        """By code."""
        return tuple(Change(code, n, tuple(self._samples[code])) for code, n in sorted(self._lines.items()))


def sample_of(line: int, before: bytes, after: bytes) -> Sample:
    """A line before and after, as people are shown it."""
    # Masked before anything is cut off in front, so that no half of a secret is shown.
    old, new = (masked(text.decode("utf-8", "replace").rstrip("\n")) for text in (before, after))
    shared = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    start = max(shared - _BEFORE_DIFFERENCE, 0) if old and new else 0
    return Sample(line, *(evidence(_from(text, start), _SHOWN_CHARACTERS) for text in (old, new)))


def _from(text: str, start: int) -> str:
    return f"…{text[start:]}" if start else text
