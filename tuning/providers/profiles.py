"""What each kind of host can do, as data: every difference between providers is a field here."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Profile:
    """How to speak with one kind of host."""

    name: str
    """As in the settings: `trainer`, `openai`, `custom`."""
    title: str
    """As in sentences, in every language; empty where the host's own name serves."""
    base_url: str
    """Where it is unless the settings say otherwise; empty where they must."""
    needs_key: bool
    poll_seconds: float
    """Between two looks at a job that runs."""
    lists_models: bool
    """Whether `GET /models` says what can be trained; otherwise `tuning.known_models` does."""
    keeps_metadata: bool
    """Whether a job's metadata certainly comes back in the list of jobs, so that a job of ours is recognised by
    it. Otherwise it is recognised by its training file, which is then uploaded for that job alone."""
    takes_method: bool
    """Whether hyperparameters go inside `method`, as OpenAI asks, or at the top level, as older hosts do."""
    counts_tokens: bool
    """Whether it offers `POST /token_counts`, counting with the model's own tokenizer."""
    answer_tokens: int | None = None
    """The longest answer asked for in a conversation; None leaves the end to the model."""


TRAINER: Final = Profile(
    name="trainer",
    title="Tunesmith Trainer",
    base_url="http://127.0.0.1:8100/v1",
    needs_key=False,
    poll_seconds=1,
    lists_models=True,
    keeps_metadata=True,
    takes_method=True,
    counts_tokens=True,
    answer_tokens=512,
)

OPENAI: Final = Profile(
    name="openai",
    title="OpenAI",
    base_url="https://api.openai.com/v1",
    needs_key=True,
    poll_seconds=15,
    lists_models=False,
    keeps_metadata=True,
    takes_method=True,
    counts_tokens=False,
)

CUSTOM: Final = Profile(
    name="custom",
    title="",
    base_url="",
    needs_key=False,
    poll_seconds=15,
    lists_models=True,
    keeps_metadata=False,
    takes_method=True,
    counts_tokens=False,
)

PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {profile.name: profile for profile in (TRAINER, OPENAI, CUSTOM)}
)
