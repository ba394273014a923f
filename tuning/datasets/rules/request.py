"""Rules on the request for a job: the model, the hyperparameters, the names, and the validation file beside it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from storage.rows import DatasetFormat, JobRequest
from tuning import known_models
from tuning.datasets.provider_facts import ProviderFacts
from tuning.datasets.rules import Fault, rule
from tuning.datasets.rules.cost import Budget
from tuning.datasets.rules.sides import HeldOut, Sizes
from tuning.known_models import Fate, KnownModel

LONGEST_SUFFIX = 64
"""Characters (OpenAI's OpenAPI specification, 2026-08-21); older hosts allow 18 or 40."""

MOST_METADATA_PAIRS, LONGEST_METADATA_KEY, LONGEST_METADATA_VALUE = 16, 64, 512
"""Source: OpenAI's OpenAPI specification, `Metadata` (2026-08-21)."""

_NOT_IN_SUFFIXES = re.compile(r"[^A-Za-z0-9_.-]+")


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file at the provider."""

    id: str
    state: str
    """`ready`, or why it cannot be used: `processing`, `error`, `expired`, `deleted`, `other_project`, `other_purpose`."""


@dataclass(frozen=True, slots=True)
class SameJob:
    """A job that was asked for before, with the same dataset and the same parameters."""

    name: str
    owner: str
    """As one writes the person."""


@dataclass(frozen=True, slots=True)
class Requested:
    """A request for a job beside the files and the provider that it names."""

    job: JobRequest
    provider: ProviderFacts
    today: date
    format: DatasetFormat
    examples: int
    size_bytes: int = 0
    """Of the training file."""
    validation_examples: int = 0
    """0 where there is no validation file."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    offered_models: frozenset[str] | None = None
    """What the provider itself lists as trainable, and tuned models to continue from; None where it lists none."""
    more_numbers: Mapping[str, float] = field(default_factory=dict)
    """Hyperparameters that only some methods have and no job of ours asks for: `compute_multiplier`."""
    needs: frozenset[str] = frozenset()
    """What the job asks of its host beside supervised training: `dpo`, `reinforcement`, `images`, `pause`, `delete`."""
    host_offers: frozenset[str] | None = None
    """Of the same words, those that the host can; None where nobody knows."""
    others_that_can: tuple[str, ...] = ()
    """Hosts, set up here, that can all of it."""
    files: tuple[UploadedFile, ...] = ()
    """The provider's files that the job shall use, where they were uploaded before."""
    same_job: SameJob | None = None
    """A job with the same files and parameters that runs or ran."""
    budget: Budget | None = None
    held_out: HeldOut | None = None
    """The validation file beside the training file, where it was chosen by hand."""
    is_refused: bool = False
    """Whether the provider has answered this organisation with 403 `training_not_available`."""


@rule("H001")
def model_not_tunable(request: Requested) -> Iterator[Fault]:
    """A model that is gone or closed is told with its date and its nearest successor."""
    model, provider = request.job.base_model, request.provider
    if _is_offered(request) or not known_models.knows(provider.id):
        return
    fate = known_models.fate_of(provider.id, model, request.today)
    if fate is Fate.TRAINABLE:
        return
    since = _since(known_models.find(provider.id, model), fate)
    parameters: dict[str, str | int] = {
        "model": model,
        "provider": provider.name,
        "date": since.isoformat() if since else "",
        "choices": _choices(request, fate),
    }
    yield Fault("base_model", evidence=model, parameters=parameters, phrases={"why": f"models.{fate}"})


@rule("H003")
def suffix_not_allowed(request: Requested) -> Iterator[Fault]:
    """The suffix becomes part of the tuned model's name, where colons separate."""
    suffix = request.job.suffix
    if len(suffix) > LONGEST_SUFFIX or _NOT_IN_SUFFIXES.search(suffix):
        slug = _NOT_IN_SUFFIXES.sub("-", suffix).strip("-")[:LONGEST_SUFFIX] or "my-model"
        yield Fault("suffix", evidence=suffix, parameters={"suffix": suffix, "slug": slug})


@rule("H004")
def metadata_too_large(request: Requested) -> Iterator[Fault]:
    """At most 16 pairs, keys up to 64 and values up to 512 characters."""
    if len(request.metadata) > MOST_METADATA_PAIRS:
        parameters = {"n": len(request.metadata), "maximum": MOST_METADATA_PAIRS}
        yield Fault("metadata", parameters=parameters, phrases={"what": "metadata.too_many"})
    for key, value in request.metadata.items():
        if len(key) > LONGEST_METADATA_KEY:
            yield _long_metadata(key, LONGEST_METADATA_KEY, "metadata.long_key")
        if len(value) > LONGEST_METADATA_VALUE:
            yield _long_metadata(key, LONGEST_METADATA_VALUE, "metadata.long_value")


@rule("S007")
def weak_validation(request: Requested) -> Iterator[Fault]:
    """Too few rows to validate on say nothing, too many are lost to training."""
    if Sizes(request.examples, request.validation_examples).is_held_out_weak:
        yield Fault("validation_version_id", parameters={"n": request.validation_examples})


def _is_offered(request: Requested) -> bool:
    offered, model = request.offered_models or frozenset(), request.job.base_model
    return model in offered or known_models.base_of(model) in offered


def _since(known: KnownModel | None, fate: Fate) -> date | None:
    if known is None:
        return None
    return {Fate.RETIRED: known.shuts_down_on, Fate.CLOSED: known.new_jobs_until}.get(fate)


def _choices(request: Requested, fate: Fate) -> str:
    """The models to take instead, the nearest first."""
    offered = sorted(request.offered_models or ())
    choices = offered or [model.id for model in known_models.trainable(request.provider.id, request.today)]
    known = known_models.find(request.provider.id, request.job.base_model)
    nearest = known and (known.id if fate is Fate.ALIAS else known.successor)
    return ", ".join(sorted(choices, key=lambda model: model != nearest)) or "—"


def _long_metadata(key: str, limit: int, what: str) -> Fault:
    return Fault("metadata", evidence=key, parameters={"key": key, "maximum": limit}, phrases={"what": what})


RULES = (model_not_tunable, suffix_not_allowed, metadata_too_large, weak_validation)
"""For every request."""
