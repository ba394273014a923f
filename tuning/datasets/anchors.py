"""Where the beginnings of what is looked for stand in a text: a pattern is tried there and nowhere else."""

from collections.abc import Iterable


def anchors_in(text: str, anchors: Iterable[str]) -> list[int]:
    """Every place at which one of the anchors begins, in order."""
    found: set[int] = set()
    for anchor in anchors:
        at = text.find(anchor)
        while at >= 0:
            found.add(at)
            at = text.find(anchor, at + 1)
    return sorted(found)
