"""What became of every model that people ask to tune: trainable, closed, gone, an alias, or only there to be asked.

A model that nobody can tune any more is never a bare 'unknown model': it has a date and a nearest successor.
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources

import msgspec


class Fate(StrEnum):
    """What can be done with a model at a provider on a day."""

    TRAINABLE = "trainable"
    ALIAS = "alias"
    """Jobs need the snapshot that it stands for."""
    CLOSED = "closed"
    """It still answers, but takes no new jobs."""
    RETIRED = "retired"
    """It has been shut down, and so have the models tuned from it."""
    NOT_TUNABLE = "not_tunable"
    """It answers, and was never open to tuning."""
    UNKNOWN = "unknown"


class KnownModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One snapshot at one provider."""

    provider: str
    id: str
    aliases: tuple[str, ...] = ()
    formats: tuple[str, ...] = ("chat",)
    methods: tuple[str, ...] = ()
    """supervised, dpo, reinforcement; empty for a model that was never open to tuning."""
    takes_images: bool | None = None
    """Whether it is trained on images; None where the provider does not say."""
    context_tokens: int | None = None
    """The longest example that is trained whole; None where it is not published."""
    new_jobs_until: date | None = None
    """The first day on which no job can be created; None without an announced end."""
    shuts_down_on: date | None = None
    successor: str = ""
    """The nearest model to use instead."""
    languages: tuple[str, ...] = ()
    """The only languages that it can write, such as `en`; empty where it isn't limited to any."""
    demo_size: str = ""
    """The parameters of a model that shows the flow and is too small for work, such as `135M`; empty for all others."""
    good_for: str = ""
    """`balanced`, `demanding`, `economical`, `open_small`, `open_large`, `reasoning` or `demo`: our choice of words for
    what the providers say of their models; empty where nothing is known."""
    has_random_weights: bool = False
    """It learns and answers, and never says anything sensible: a trainer's own tests use it."""

    def fate(self, today: date) -> Fate:
        """What can be done with this snapshot on `today`."""
        if self.shuts_down_on and today >= self.shuts_down_on:
            return Fate.RETIRED
        if not self.methods:
            return Fate.NOT_TUNABLE
        return Fate.CLOSED if self.new_jobs_until and today >= self.new_jobs_until else Fate.TRAINABLE


class _KnownModels(msgspec.Struct, frozen=True):
    source: str
    models: tuple[KnownModel, ...]


def base_of(model: str) -> str:
    """The base of a tuned model's name, `ft:<base>:<organisation>:<suffix>:<id>`, or at Azure `<base>.ft-<id>-<suffix>`
    (its fine-tuning documents, 2026); any other name as it is."""
    return model.removeprefix("ft:").split(":")[0] if model.startswith("ft:") else model.partition(".ft-")[0]


def suffix_of(model: str) -> str:
    """The suffix in a tuned model's name, `ft:<base>:<organisation>:<suffix>:<id>`; empty where there is none."""
    parts = model.split(":")
    return parts[3] if model.startswith("ft:") and len(parts) > 4 else ""  # noqa: PLR2004 - of five parts.


def find(provider_id: str, model: str) -> KnownModel | None:
    """The snapshot that a model's name, an alias or a tuned model's name leads to."""
    base = base_of(model)
    return next((m for m in _models() if m.provider == provider_id and base in (m.id, *m.aliases)), None)


def find_anywhere(model: str) -> KnownModel | None:
    """The same at whichever provider it is known of, OpenAI first."""
    base = base_of(model)
    return next((m for m in _models() if base in (m.id, *m.aliases)), None)


def names() -> frozenset[str]:
    """Every name that a known model goes by."""
    return frozenset(name for model in _models() for name in (model.id, *model.aliases))


def fate_of(provider_id: str, model: str, today: date) -> Fate:
    """What can be done with a model at a provider on `today`."""
    known = find(provider_id, model)
    if known is None:
        return Fate.UNKNOWN
    fate = known.fate(today)
    return Fate.ALIAS if fate is Fate.TRAINABLE and base_of(model) != known.id else fate


def trainable(provider_id: str, today: date) -> tuple[KnownModel, ...]:
    """The models that a provider takes new jobs for on `today` and that are of use, those to be recommended first."""
    return tuple(
        model
        for model in of_provider(provider_id)
        if model.fate(today) is Fate.TRAINABLE and not model.has_random_weights
    )


def of_provider(provider_id: str) -> tuple[KnownModel, ...]:
    """Every snapshot of a provider that we know, closed and gone ones too."""
    return tuple(model for model in _models() if model.provider == provider_id)


def successor_at(provider_id: str, model: str, today: date, offered: Sequence[str] = ()) -> str:
    """The nearest model that a provider takes new jobs for on `today`, instead of one that it doesn't; "" for none.

    Args:
        offered: what the provider itself lists as trainable, where the list is its own and not ours.
    """
    takes = [known.id for known in trainable(provider_id, today)] if not offered else list(offered)
    known = find(provider_id, model) or find_anywhere(model)
    near = [base_of(model)]
    for _ in _models():
        if known is None:
            break
        near += [known.id, *known.aliases]
        known = find(known.provider, known.successor) if known.successor and known.successor not in near else None
    return next((name for name in near if name in takes), takes[0] if takes else "")


def knows(provider_id: str) -> bool:
    """Whether the list of a provider's models is ours to judge by."""
    return bool(of_provider(provider_id))


@cache
def _models() -> tuple[KnownModel, ...]:
    stored = resources.files("tuning").joinpath("known_models.json").read_bytes()
    return msgspec.json.decode(stored, type=_KnownModels).models
