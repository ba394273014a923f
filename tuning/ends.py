"""When models stop to answer: the day, how it is known, what that means for a team, and when to remind of it. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from tuning import known_models

REMINDED_DAYS_BEFORE: Final = (60, 30, 14, 7, 1)


class Source(StrEnum):
    """How the day is known."""

    MODEL = "model"
    """The provider says it of the model itself (`shutdown_date` of `GET /models`)."""
    BASE = "base"
    """The provider says it of the base, on whose day the models tuned from it stop too (OpenAI's deprecations page)."""
    LIST = "list"
    """It stands in `known_models.json`, which names its own sources."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class End:
    """The day from which on a model doesn't answer any more."""

    on: date | None
    """None where no end is announced (`list`), or where nobody knows (`unknown`)."""
    source: Source


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a number of models have before them."""

    total: int
    next_on: date | None
    """The next day on which some of them stop; None where no such day is known."""
    stopping: int
    """How many stop on that day."""
    unknown: int
    """Of how many nobody knows the day."""


def end_of(provider: str, model: str, base: str, shutdowns: Mapping[str, date]) -> End:
    """When a tuned model stops: looked up on itself, then on its base, then in our own list.

    Args:
        shutdowns: what the provider says of the models it lists, by id; empty where it says nothing.
    """
    if model in shutdowns:
        return End(shutdowns[model], Source.MODEL)
    known = known_models.find(provider, base)
    for name in (base, known.id if known else base):
        if name in shutdowns:
            return End(shutdowns[name], Source.BASE)
    return End(known.shuts_down_on, Source.LIST) if known else End(None, Source.UNKNOWN)


def outlook(ends: Sequence[End], today: date) -> Outlook:
    """The next day on which some of the models stop, and how many."""
    days = Counter(end.on for end in ends if end.on and end.on > today)
    next_on = min(days, default=None)
    unknown = sum(end.source is Source.UNKNOWN for end in ends)
    return Outlook(len(ends), next_on, days[next_on] if next_on else 0, unknown)


def new_jobs_end(provider: str, today: date) -> date | None:
    """The first day on which a provider takes no new job for any model; None without an announced end."""
    ends = [model.new_jobs_until for model in known_models.trainable(provider, today)]
    announced = [end for end in ends if end]
    return max(announced) if announced and len(announced) == len(ends) else None


def reminder_due(on: date, today: date) -> int | None:
    """Which reminder of a day's end is due: 60, 30, 14, 7 or 1 days before, or None.

    The nearest that has come, so that one which passed while nobody was there to send it is made up for by the next
    of them only: a model that ends in 53 days is in the time of the first.
    """
    left_days = (on - today).days
    due = [days for days in REMINDED_DAYS_BEFORE if left_days <= days]
    return min(due) if due and left_days > 0 else None
