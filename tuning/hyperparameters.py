"""The hyperparameters of a job: their ranges, and what a provider's `auto` stands for where that is known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

_COOKBOOK_TARGET_EPOCHS = 3
_COOKBOOK_FEWEST_ROWS_SEEN = 100
_COOKBOOK_MOST_ROWS_SEEN = 25_000
_COOKBOOK_MOST_EPOCHS = 25

_TRAINERS_SMALL_FILE = 20


@dataclass(frozen=True, slots=True)
class Range:
    """The values that a hyperparameter may take; None leaves a side open."""

    lowest: float | None = None
    highest: float | None = None
    excludes_lowest: bool = False

    def __contains__(self, value: float) -> bool:
        is_above = self.lowest is None or value > self.lowest or (value == self.lowest and not self.excludes_lowest)
        return is_above and (self.highest is None or value <= self.highest)

    def __str__(self) -> str:
        """As written in sentences: 1–50, or > 0."""
        if self.highest is None:
            return f"{'>' if self.excludes_lowest else '≥'} {self.lowest:g}"
        return f"{'>' if self.excludes_lowest else ''}{self.lowest:g}–{self.highest:.10g}"

    def nearest(self, value: float) -> float:
        """The allowed value next to one outside; a step inside where the bound itself is excluded."""
        if self.highest is not None and value > self.highest:
            return self.highest
        return (self.lowest or 0) + (1e-4 if self.excludes_lowest else 0)


RANGES: Final = {
    "n_epochs": Range(1, 50),
    "batch_size": Range(1, 256),
    "learning_rate_multiplier": Range(0, excludes_lowest=True),
    "beta": Range(0, 2, excludes_lowest=True),
    "compute_multiplier": Range(1e-5, 10, excludes_lowest=True),
    "seed": Range(0, 2_147_483_647),
}
"""Source: OpenAI's OpenAPI specification, fine-tuning job request (2026-08-21)."""

ADVISED: Final = ("n_epochs", "batch_size", "learning_rate_multiplier", "beta")
"""Those with advice in the catalogue: `advice.<name>.low`, `.high` and `.auto`."""


def advised_for(method: str) -> tuple[str, ...]:
    """The hyperparameters that a job of this method has; beta is for preferences alone."""
    return ADVISED if method == "dpo" else ADVISED[:-1]


@dataclass(frozen=True, slots=True)
class AutoValues:
    """What `auto` becomes for a file of a given size; None where the provider does not say."""

    n_epochs: int | None = None
    batch_size: int | None = None
    learning_rate_multiplier: float | None = None
    beta: float | None = None
    """For preferences alone."""


def auto_values(provider_id: str, examples: int, method: str = "supervised") -> AutoValues:
    """What a provider makes of `auto` for a file of `examples` rows, where its rule is known."""
    rule = _AUTO_RULES.get(provider_id)
    return rule(examples, method) if rule else AutoValues()


def _openai_auto(examples: int, method: str) -> AutoValues:
    """OpenAI's rule for epochs is the one in its Cookbook ("Data preparation and analysis for chat model
    fine-tuning"), written for gpt-3.5; its example of ten rows and ten epochs still agrees. For preferences it says
    only that there is an `auto` (API reference, fine-tuning methods, read 2026-11)."""
    return AutoValues() if method == "dpo" else AutoValues(n_epochs=_cookbook_epochs(examples))


def _trainers_auto(examples: int, method: str) -> AutoValues:
    """The local trainer's rule is its own: five epochs in batches of two below twenty rows, three in batches of
    four from there on; for preferences a fifth of the learning rate and a beta of 0.1 (docs/trainer.md)."""
    is_small = examples < _TRAINERS_SMALL_FILE
    rate, beta = (0.2, 0.1) if method == "dpo" else (1.0, None)
    return AutoValues(5 if is_small else 3, 2 if is_small else 4, rate, beta)


def _cookbook_epochs(examples: int) -> int:
    rows_seen = max(examples, 1) * _COOKBOOK_TARGET_EPOCHS
    if rows_seen < _COOKBOOK_FEWEST_ROWS_SEEN:
        return min(_COOKBOOK_MOST_EPOCHS, _COOKBOOK_FEWEST_ROWS_SEEN // max(examples, 1))
    if rows_seen > _COOKBOOK_MOST_ROWS_SEEN:
        return max(1, _COOKBOOK_MOST_ROWS_SEEN // examples)
    return _COOKBOOK_TARGET_EPOCHS


_AUTO_RULES: Final[Mapping[str, Callable[[int, str], AutoValues]]] = MappingProxyType(
    {"openai": _openai_auto, "trainer": _trainers_auto}
)
