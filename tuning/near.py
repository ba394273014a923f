"""Names that resemble what was typed."""

import difflib
from collections.abc import Iterable
from typing import Final

_MOST: Final = 3
_ALIKE: Final = 0.5


def nearest(typed: str, names: Iterable[str]) -> list[str]:
    """At most three of the names that resemble `typed`, the nearest first."""
    return difflib.get_close_matches(typed.strip().lower(), list(names), n=_MOST, cutoff=_ALIKE)
