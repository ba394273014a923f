"""The JSON that goes to a provider and comes back, before it means anything."""

import json

from storage.rows import JSON, Job
from tuning.errors import ProviderConfused
from tuning.providers.profiles import Profile

JOB_KEY = "tunesmith_job"
"""The metadata key under which a job carries our own id, by which it is found again."""
_SEEN_CHARACTERS = 40


def json_object(provider: str, content: bytes) -> JSON:
    """The object that a successful answer holds; `NaN` and its kin in it become null, since no database keeps them.

    Raises:
        ProviderConfused: it is HTML, or JSON other than an object.
    """
    try:
        body = json.loads(content, parse_constant=lambda _: None)
    except ValueError as error:
        raise ProviderConfused(provider, _glimpse(content)) from error
    if not isinstance(body, dict):
        raise ProviderConfused(provider, _glimpse(content))
    return body


def creation(profile: Profile, job: Job, training_file_id: str, validation_file_id: str) -> JSON:
    """What `POST /fine_tuning/jobs` takes for `job`.

    What the person left to the provider is left out, which every host reads as `auto`. OpenAI deprecates the
    top-level `hyperparameters` in favour of `method` (openapi.yaml of openai/openai-openapi, 2026-08-21); some
    compatible hosts know only the former.
    """
    asked = job.request
    hyperparameters = _given(
        n_epochs=asked.n_epochs,
        batch_size=asked.batch_size,
        learning_rate_multiplier=asked.learning_rate_multiplier,
        beta=asked.beta if asked.method == "dpo" else None,
    )
    method = {"type": asked.method, asked.method: {"hyperparameters": hyperparameters}}
    return _given(
        model=asked.base_model,
        training_file=training_file_id,
        validation_file=validation_file_id or None,
        method=method if profile.takes_method else None,
        hyperparameters=None if profile.takes_method else hyperparameters,
        suffix=asked.suffix or None,
        seed=asked.seed,
        metadata={JOB_KEY: job.id},
    )


def _given(**fields: object) -> JSON:
    return {name: value for name, value in fields.items() if value is not None}


def _glimpse(content: bytes) -> str:
    text = " ".join(content[: 2 * _SEEN_CHARACTERS].decode(errors="replace").split())
    return text[:_SEEN_CHARACTERS] if text else "nothing"
