"""One piece of advice: a rule with its values, and no prose of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Use(StrEnum):
    """What a team wants a model for, as the guide tells uses apart; `facts` is what tuning is not for."""

    TONE = "tone"
    FORMAT = "format"
    COMPLEX = "complex"
    NARROW = "narrow"
    FACTS = "facts"


@dataclass(frozen=True, slots=True)
class Advice:
    """One piece; its sentence is in the catalogue as `advise.<rule>`, where the rule comes from as `.source`.

    Rules are A1 whether to tune, A2 by which method, A3 which base model, A4 which hyperparameters, A5 how much data.
    A rule never changes its meaning.
    """

    rule: str
    parameters: Mapping[str, str | int] = field(default_factory=dict)
    """The values that the sentence names; money as a decimal in a string, in parameters that end in `_usd`."""
    phrases: Mapping[str, str] = field(default_factory=dict)
    """Parameters that are words of the language themselves: each gives a key of the catalogue."""
