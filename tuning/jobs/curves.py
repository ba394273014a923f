"""What a job's metrics say: its loss curves, and when it will be done. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.rows import JSON, JobEvent

POINTS = 20
"""Slack's chart block takes at most 20 points a series (docs.slack.dev, data visualization block)."""


LATEST = 5
"""Newest steps that are told one by one; more would not be read."""


@dataclass(frozen=True, slots=True)
class Point:
    """A loss at a step."""

    step: int
    loss: float


@dataclass(frozen=True, slots=True)
class Curves:
    """Training and validation loss over the steps, oldest first, at most 20 points each."""

    training: tuple[Point, ...] = ()
    validation: tuple[Point, ...] = ()
    latest: tuple[Point, ...] = ()
    """The training loss of the newest steps, none left out."""
    pairs_won: float | None = None
    """The newest share of held-out pairs whose preferred answer gained on the other; None but for preferences."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """The numbers of one metrics event; None for what it doesn't carry."""

    step: int | None
    total_steps: int | None
    training_loss: float | None
    validation_loss: float | None
    """Over the whole validation file where the provider says so, otherwise over the step's batch of it."""
    pairs_won: float | None = None
    """Of preferences: the share of held-out pairs whose preferred answer gained on the other, 0 to 1."""


def metrics_of(data: JSON) -> Metrics:
    """Read the `data` of a metrics event, under the names of OpenAI's supervised fine-tuning guide.

    Its guide to preferences names no metrics beside these; the share of pairs is our trainer's (docs/trainer.md).
    """
    validation = _number(data.get("full_valid_loss"))
    return Metrics(
        step=_whole(data.get("step")),
        total_steps=_whole(data.get("total_steps")),
        training_loss=_number(data.get("train_loss")),
        validation_loss=_number(data.get("valid_loss")) if validation is None else validation,
        pairs_won=_number(data.get("full_valid_reward_accuracy")),
    )


def curves(events: Sequence[JobEvent]) -> Curves:
    """The loss curves in a job's metrics events, which are given oldest first."""
    training: list[Point] = []
    validation: list[Point] = []
    pairs_won: float | None = None
    for metrics in (metrics_of(event.data) for event in events):
        pairs_won = pairs_won if metrics.pairs_won is None else metrics.pairs_won
        if metrics.step is not None and metrics.training_loss is not None:
            training.append(Point(metrics.step, metrics.training_loss))
        if metrics.step is not None and metrics.validation_loss is not None:
            validation.append(Point(metrics.step, metrics.validation_loss))
    return Curves(thinned(training), thinned(validation), tuple(training[-LATEST:]), pairs_won)


def thinned(points: Sequence[Point], limit: int = POINTS) -> tuple[Point, ...]:
    """At most `limit` of the points, evenly spread, with the first and the last."""
    if len(points) <= limit:
        return tuple(points)
    stride = (len(points) - 1) / (limit - 1)
    return tuple(points[round(index * stride)] for index in range(limit))


def finish_estimate(
    started_at: datetime | None, now: datetime, step: int | None, total_steps: int | None
) -> datetime | None:
    """When the last step will be done if the steps keep their pace; None while there is no pace yet."""
    if started_at is None or not step or not total_steps or step > total_steps:
        return None
    return now + (now - started_at) / step * (total_steps - step)


def _number(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if isinstance(value, int | float) and is_number and math.isfinite(value) else None


def _whole(value: object) -> int | None:
    number = _number(value)
    return None if number is None else int(number)
