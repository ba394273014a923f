"""What each provider accepts as a training file: facts for the check, none of them needed to talk to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from tuning.datasets.findings import Severity
from tuning.hyperparameters import Range

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """The limits of one provider's training files, and how strictly it takes two habits of chat data."""

    id: str
    name: str
    """As the provider writes it."""
    minimum_examples: int
    maximum_examples: int | None = None
    maximum_images: int = 10
    """An example may have (OpenAI's vision fine-tuning guide)."""
    max_file_bytes: int = 512 * MEGABYTE
    """OpenAI's Files API takes 512 MB a file; most followers of its protocol state no limit of their own."""
    extensions: tuple[str, ...] = (".jsonl",)
    byte_order_mark: Literal["wanted", "refused", "ignored"] = "refused"
    after_last_answer: Severity = "E"
    """How grave messages after the last answer are (C015): paid for, never learned."""
    same_role_in_a_row: Severity = "W"
    """How grave two neighbouring messages of one role are (C017)."""
    output_roles: tuple[str, ...] = ("assistant",)
    """Who may speak in the two outputs of a preference row."""
    ranges: Mapping[str, Range] = field(default_factory=dict)
    """Of those hyperparameters that mean something else here than at OpenAI."""
    encoding: str | None = None
    """The tokenizer of the models that can be tuned there today; None where it is not one of tiktoken's."""


OPENAI = ProviderFacts("openai", "OpenAI", minimum_examples=10, after_last_answer="W", encoding="o200k_base")
"""At least 10 examples and 512 MB: OpenAI's supervised fine-tuning guide and the docstrings of openai 3.54."""

TRAINER = ProviderFacts("trainer", "Tunesmith Trainer", minimum_examples=10, after_last_answer="W")
"""Our own server keeps OpenAI's limits."""

AZURE = ProviderFacts(
    "azure",
    "Azure",
    minimum_examples=10,
    maximum_images=64,
    output_roles=("assistant", "tool"),
    max_file_bytes=150 * MEGABYTE,
    byte_order_mark="wanted",
    encoding="o200k_base",
)
"""Azure's fine-tuning documents ask for UTF-8 with a byte-order mark and an answer at the end. They allow 512 MB, but
more than about 150 MB must come in parts, which its v1 address doesn't take (microsoft/azure-skills, 2026-08-21). The
mark is added at the upload."""

TOGETHER = ProviderFacts("together", "Together", minimum_examples=1, same_role_in_a_row="E")
"""Together's own `files check` refuses two messages of one role in a row."""

FIREWORKS = ProviderFacts("fireworks", "Fireworks", minimum_examples=3, maximum_examples=3_000_000)
"""3 to 3 million examples (docs.fireworks.ai)."""

NEBIUS = ProviderFacts(
    "nebius",
    "Nebius",
    minimum_examples=10,
    max_file_bytes=5_000 * MEGABYTE,
    ranges=MappingProxyType({"learning_rate_multiplier": Range(0, 0.01, excludes_lowest=True)}),
)
"""5 GB a file; what is called multiplier there is the learning rate itself, such as 2e-5
(nebius/token-factory-cookbook, 2026-08-20). That 0.01 is too high for any of them is our choice."""

UNSLOTH = ProviderFacts(
    "unsloth", "Unsloth Studio", minimum_examples=1, byte_order_mark="ignored", after_last_answer="W"
)
"""On one's own machine, with no documented limits: held to nothing but the format."""

CUSTOM = ProviderFacts("custom", "Custom", minimum_examples=1, byte_order_mark="ignored", after_last_answer="W")
"""A host that we know nothing about is held to nothing but the format."""

PROVIDER_FACTS = {facts.id: facts for facts in (OPENAI, TRAINER, AZURE, TOGETHER, FIREWORKS, NEBIUS, UNSLOTH, CUSTOM)}
