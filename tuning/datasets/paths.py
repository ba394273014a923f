"""Every place in a JSON value, with the path by which a person finds it."""

from collections.abc import Iterator
from typing import Any, NamedTuple


class Place(NamedTuple):
    """One value inside another."""

    path: str
    """Such as `messages[2].content`; empty for the whole value."""
    depth: int
    """How many objects and lists it lies in."""
    value: Any


def places(value: object) -> Iterator[Place]:
    """The value itself and all that it holds, in the order of the file. Deep nesting does not exhaust the stack."""
    waiting = [Place("", 0, value)]
    while waiting:
        place = waiting.pop()
        yield place
        waiting.extend(reversed(list(_inside(place))))


def _inside(place: Place) -> Iterator[Place]:
    if isinstance(place.value, dict):
        for key, value in place.value.items():
            yield Place(f"{place.path}.{key}" if place.path else key, place.depth + 1, value)
    elif isinstance(place.value, list):
        for index, value in enumerate(place.value):
            yield Place(f"{place.path}[{index}]", place.depth + 1, value)
