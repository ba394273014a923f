"""What only the network or a model can tell. The check asks none of it by itself: whoever wants it hands it in.

A probe that is not given leaves its rule silent, and the report names the rules that stayed silent so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

JSONObject: TypeAlias = Mapping[str, Any]


Grade: TypeAlias = Callable[[JSONObject, JSONObject], float]
"""The score that a grader gives to a sample, `{"output_text": ...}`, beside an item."""


class Flag(NamedTuple):
    """What a moderation model says of a text."""

    category: str
    """In OpenAI's words, such as `violence/graphic`."""
    score: float
    """0 to 1."""
    is_hard: bool
    """Whether the provider refuses files for it."""


@dataclass(frozen=True, slots=True)
class Probes:
    """Functions that look outside; each may take long, and none may raise."""

    moderate: Callable[[str], Flag | None] | None = None
    """Z003: the gravest category for a text, if any."""
    reaches: Callable[[str], bool] | None = None
    """I011: whether a URL answers with an image to anybody who asks."""
    shows_people: Callable[[str], bool] | None = None
    """I012: whether the image behind a URL or data URL shows a person, a face, a child or a CAPTCHA."""
    grade: Grade | None = None
    """P016, G008, G010, G011: the job's grader. It may raise what the grader raises."""
    base_score: float | None = None
    """R015: the mean score of the base model's answers on twenty rows, 0 to 1."""


def score_of(grade: Grade, text: str, item: JSONObject) -> float | None:
    """What a grader gives to a text; None where it raises."""
    try:
        return float(grade({"output_text": text}, item))
    except Exception:  # noqa: BLE001 - a team's own code may raise anything.
        return None
