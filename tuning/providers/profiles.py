"""What each kind of host can do, as data: every difference between providers is a field here.

The defaults are OpenAI's own manners, so that each profile below names only where its host differs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Profile:
    """How to speak with one kind of host."""

    name: str
    """As in the settings: `trainer`, `openai`, `azure`, `nebius`, `unsloth`, `custom`."""
    title: str
    """As in sentences, in every language; empty where the host's own name serves."""
    base_url: str
    """Where it is unless the settings say otherwise; empty where they must."""

    # How it is spoken to.
    needs_key: bool = True
    key_variable: str = ""
    """The environment variable that the host's own documents put the key into, taken where ours is not set."""
    key_header: str = ""
    """The header that carries the key alone; empty for `Authorization: Bearer`."""
    knows_organizations: bool = False
    """Whether it takes the headers `OpenAI-Organization` and `OpenAI-Project`."""
    poll_seconds: float = 15
    """Between two looks at a job that runs."""

    # What it trains.
    methods: tuple[str, ...] = ("supervised",)
    """supervised, dpo, reinforcement."""
    formats: tuple[str, ...] = ("chat",)
    """chat, prompt_completion, preference, reinforcement."""
    takes_images: bool = False
    lists_models: bool = False
    """Whether `GET /models` says what can be trained; otherwise `tuning.known_models` does."""
    counts_tokens: bool = False
    """Whether it offers `POST /token_counts`, counting with the model's own tokenizer."""

    # How a job is made and followed.
    takes_method: bool = True
    """Whether hyperparameters go inside `method`, as OpenAI asks, or at the top level, as older hosts do."""
    keeps_metadata: bool = True
    """Whether a job's metadata certainly comes back in the list of jobs, so that a job of ours is recognised by
    it. Otherwise it is recognised by its training file, which is then uploaded for that job alone."""
    wants_byte_order_mark: bool = False
    """Whether a training file must begin with UTF-8's byte-order mark, which is then added at the upload."""
    waits_for_files: bool = False
    """Whether a file must be processed before a job may name it; elsewhere the job itself waits."""
    lists_events_newest_first: bool = True
    """Asked only about events of one second; otherwise their times tell."""
    can_pause: bool = True

    # What becomes of the model, and of the file.
    serves_by_deployment: bool = False
    """Whether a tuned model answers only after somebody has deployed it there, under the deployment's name."""
    tuned_marks: tuple[str, ...] = ("ft:",)
    """What tells a tuned model from a base in the account's list of models: parts of its name."""
    answer_tokens: int | None = None
    """The longest answer asked for in a conversation; None leaves the end to the model."""
    deletes_models: bool = True
    deletes_files: bool = True

    @property
    def abilities(self) -> frozenset[str] | None:
        """What it can beside supervised training, in the words of `Requested.needs`; None where nobody knows."""
        if not self.title:
            return None
        flags = {"images": self.takes_images, "pause": self.can_pause, "delete": self.deletes_models}
        return frozenset({name for name, can in flags.items() if can} | set(self.methods) - {"supervised"})


TRAINER: Final = Profile(
    name="trainer",
    title="Tunesmith Trainer",
    base_url="http://127.0.0.1:8100/v1",
    needs_key=False,
    poll_seconds=1,
    methods=("supervised", "dpo"),
    formats=("chat", "prompt_completion", "preference"),
    lists_models=True,
    counts_tokens=True,
    answer_tokens=512,
)
"""Our own server."""

OPENAI: Final = Profile(
    name="openai",
    title="OpenAI",
    base_url="https://api.openai.com/v1",
    key_variable="OPENAI_API_KEY",
    knows_organizations=True,
    methods=("supervised", "dpo"),
    formats=("chat", "preference"),
    takes_images=True,
)
"""OpenAI's fine-tuning guides and API reference, copies up to November 2026. The last base for reinforcement
fine-tuning was shut down on 2026-10-23, and the prompt/completion models on 2026-09-28 (deprecations page)."""

AZURE: Final = Profile(
    name="azure",
    title="Azure",
    base_url="",
    key_variable="AZURE_OPENAI_API_KEY",
    key_header="api-key",
    methods=("supervised", "dpo", "reinforcement"),
    formats=("chat", "preference", "reinforcement"),
    takes_images=True,
    wants_byte_order_mark=True,
    waits_for_files=True,
    keeps_metadata=False,
    serves_by_deployment=True,
    tuned_marks=("ft:", ".ft-"),
)
"""Azure OpenAI in Foundry, on its v1 address (`https://NAME.openai.azure.com/openai/v1`).

Its documents ask for a byte-order mark, their script waits for the file before it creates the job, and a model
answers under the name of a deployment (microsoft/azure-skills, skills/microsoft-foundry/finetuning, 2026-08-21).
Whether metadata comes back in its list of jobs is not documented, so it isn't relied on."""

NEBIUS: Final = Profile(
    name="nebius",
    title="Nebius",
    base_url="https://api.tokenfactory.nebius.com/v1",
    key_variable="NEBIUS_API_KEY",
    formats=("chat", "prompt_completion"),
    takes_method=False,
    keeps_metadata=False,
    lists_events_newest_first=False,
    can_pause=False,
    serves_by_deployment=True,
)
"""Nebius Token Factory: hyperparameters at the top level, events oldest first, and a tuned model that is deployed
under a name of its own (nebius/token-factory-cookbook, post-training/fine-tuning-1, 2026-08-20)."""

UNSLOTH: Final = Profile(
    name="unsloth",
    title="Unsloth Studio",
    base_url="",
    needs_key=False,
    lists_models=True,
    keeps_metadata=False,
    can_pause=False,
    deletes_files=False,
)
"""Unsloth Studio 2026.10.9 on one's own machine: supervised only, pausing answers 400, files can't be deleted
(its source). The rest of its manners is not documented, so nothing is relied on."""

CUSTOM: Final = Profile(
    name="custom",
    title="",
    base_url="",
    needs_key=False,
    formats=("chat", "prompt_completion"),
    lists_models=True,
    keeps_metadata=False,
)
"""Any other host of the protocol: nothing beyond the protocol is relied on."""

PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {profile.name: profile for profile in (TRAINER, OPENAI, AZURE, NEBIUS, UNSLOTH, CUSTOM)}
)
