"""What each provider accepts as a training file: facts for the check, none of them needed to talk to it."""

from dataclasses import dataclass
from typing import Literal

from tuning.datasets.findings import Severity

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """The limits of one provider's training files, and how strictly it takes two habits of chat data."""

    id: str
    name: str
    """As the provider writes it."""
    minimum_examples: int
    maximum_examples: int | None = None
    max_file_bytes: int = 512 * MEGABYTE
    """OpenAI's Files API takes 512 MB a file; most followers of its protocol state no limit of their own."""
    extensions: tuple[str, ...] = (".jsonl",)
    byte_order_mark: Literal["wanted", "refused", "ignored"] = "refused"
    after_last_answer: Severity = "E"
    """How grave messages after the last answer are (C015): paid for, never learned."""
    same_role_in_a_row: Severity = "W"
    """How grave two neighbouring messages of one role are (C017)."""
    encoding: str | None = None
    """The tokenizer of the models that can be tuned there today; None where it is not one of tiktoken's."""


OPENAI = ProviderFacts("openai", "OpenAI", minimum_examples=10, after_last_answer="W", encoding="o200k_base")
"""At least 10 examples and 512 MB: OpenAI's supervised fine-tuning guide and the docstrings of openai 3.54."""

TRAINER = ProviderFacts("trainer", "Tunesmith Trainer", minimum_examples=10, after_last_answer="W")
"""Our own server keeps OpenAI's limits."""

AZURE = ProviderFacts("azure", "Azure", minimum_examples=10, byte_order_mark="wanted", encoding="o200k_base")
"""Azure's fine-tuning documents ask for UTF-8 with a byte-order mark and an answer at the end (microsoft/azure-skills)."""

TOGETHER = ProviderFacts("together", "Together", minimum_examples=1, same_role_in_a_row="E")
"""Together's own `files check` refuses two messages of one role in a row."""

FIREWORKS = ProviderFacts("fireworks", "Fireworks", minimum_examples=3, maximum_examples=3_000_000)
"""3 to 3 million examples (docs.fireworks.ai)."""

NEBIUS = ProviderFacts("nebius", "Nebius", minimum_examples=10, max_file_bytes=5_000 * MEGABYTE)
"""5 GB a file (nebius/token-factory-cookbook)."""

CUSTOM = ProviderFacts("custom", "Custom", minimum_examples=1, byte_order_mark="ignored", after_last_answer="W")
"""A host that we know nothing about is held to nothing but the format."""

PROVIDER_FACTS = {facts.id: facts for facts in (OPENAI, TRAINER, AZURE, TOGETHER, FIREWORKS, NEBIUS, CUSTOM)}
