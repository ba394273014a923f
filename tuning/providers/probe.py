"""What a key may do at its provider, found out without creating, changing or paying anything.

Three lists are asked for; whether a job may be created can't be found out without creating one, since a host may
take the upload and then refuse the job (OpenAI's `training_not_available` does), so that is never claimed.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from tuning import known_models
from tuning.errors import (
    ProviderAuthentication,
    ProviderConfused,
    ProviderError,
    ProviderMissing,
    TrainingNotAvailable,
)
from tuning.providers.gateway import Gateway
from tuning.texts import Language, Texts


class Ability(StrEnum):
    """What is asked about."""

    MODELS = "models"
    FILES = "files"
    JOBS = "jobs"
    CREATE = "create"


class Verdict(StrEnum):
    """What is known about an ability."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One ability of a key, with the sentence that says it."""

    ability: Ability
    verdict: Verdict
    code: str
    """The sentence's key in `tuning/texts`."""
    parameters: Mapping[str, str | int] = field(default_factory=dict)

    def sentence(self, texts: Texts, language: Language) -> str:
        """What is known, and what to do where something is wrong."""
        return texts.say(language, self.code, **self.parameters)


@dataclass(frozen=True, slots=True)
class Probe:
    """All that is known about one provider's key."""

    provider: str
    """The profile's name."""
    title: str
    """As in sentences."""
    findings: tuple[Finding, ...]
    """One an ability, in the order of `Ability`."""

    @property
    def is_fine(self) -> bool:
        """Whether nothing that was asked for was refused; what is not known doesn't count against it."""
        return all(finding.verdict is not Verdict.NO for finding in self.findings)

    def sentences(self, texts: Texts, language: Language) -> list[str]:
        """One sentence an ability."""
        return [finding.sentence(texts, language) for finding in self.findings]


_REASONS: Final = ((ProviderMissing, "missing"), (ProviderConfused, "confused"), (TrainingNotAvailable, "closed"))


async def probe(gateway: Gateway, today: date) -> Probe:
    """Ask the provider for its lists, all at once, and read what its answers say about the key.

    Never raises for what a provider answers or doesn't answer.
    """
    models, files, jobs = await asyncio.gather(
        _asked(gateway, Ability.MODELS, gateway.count_models()),
        _asked(gateway, Ability.FILES, gateway.touch_files()),
        _asked(gateway, Ability.JOBS, gateway.touch_jobs()),
    )
    findings = (models, files, jobs, _creation(gateway, jobs, today))
    return Probe(gateway.profile.name, gateway.title, findings)


async def _asked(gateway: Gateway, ability: Ability, call: Awaitable[int | None]) -> Finding:
    named: dict[str, str | int] = {"provider": gateway.title}
    try:
        count = await call
    except ProviderError as error:
        verdict, reason = _refusal(error)
        detail = {"seen": str(error.parameters["seen"])} if isinstance(error, ProviderConfused) else {}
        return Finding(ability, verdict, f"probe.{ability}.{reason}", {**named, **detail})
    return Finding(ability, Verdict.YES, f"probe.{ability}.yes", named if count is None else {**named, "n": count})


def _refusal(error: ProviderError) -> tuple[Verdict, str]:
    """What a failure says about the key: a provider that is away says nothing."""
    if isinstance(error, ProviderAuthentication):
        return Verdict.NO, "forbidden" if error.is_forbidden else "unauthorised"
    reason = next((reason for kind, reason in _REASONS if isinstance(error, kind)), "unanswered")
    return (Verdict.UNKNOWN if reason == "unanswered" else Verdict.NO), reason


def _creation(gateway: Gateway, jobs: Finding, today: date) -> Finding:
    """Whether a job may be created: only ever 'no' or 'not known until start'."""
    named: dict[str, str | int] = {"provider": gateway.title}
    if jobs.code.rpartition(".")[2] in {"unauthorised", "missing", "closed"}:
        return Finding(Ability.CREATE, Verdict.NO, "probe.create.no", named)
    name = gateway.profile.name
    if known_models.knows(name) and not gateway.profile.lists_models:
        trainable = known_models.trainable(name, today)
        if not trainable:
            return Finding(Ability.CREATE, Verdict.NO, "probe.create.ended", named)
        ends = [model.new_jobs_until for model in trainable]
        if last := max((end for end in ends if end), default=None):
            code = "probe.create.unknown_until"
            return Finding(Ability.CREATE, Verdict.UNKNOWN, code, {**named, "date": last.isoformat()})
    return Finding(Ability.CREATE, Verdict.UNKNOWN, "probe.create.unknown", named)
