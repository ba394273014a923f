"""What a check is asked to measure a file against."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias

from storage.rows import DatasetFormat
from tuning import known_models
from tuning.datasets.probes import Probes
from tuning.datasets.provider_facts import OPENAI, ProviderFacts
from tuning.tokens.encodings import encoding_for

KnownFiles: TypeAlias = Mapping[str, tuple[str, int]]
"""A sha256 gives the name of the dataset that has these bytes, and the version's number."""

Reason: TypeAlias = Literal["no_consent", "erasure"]
"""Why a row must not be used: its author hasn't agreed, or wants it gone."""

WithheldRows: TypeAlias = Mapping[int, Reason]
"""The fingerprint of a row (`fingerprints.of_row`) gives why it must not be used."""


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """The file's name and what it is meant for. The same bytes and options always give the same report."""

    file_name: str
    today: date
    """Prices and models have dates."""
    provider: ProviderFacts = OPENAI
    model: str = ""
    """The model to be tuned; empty while it is not chosen."""
    method: str = ""
    """`supervised`, `dpo` or `reinforcement`; empty while it is not chosen."""
    n_epochs: int | None = None
    """None lets the provider choose."""
    format: DatasetFormat | None = None
    """None finds it out from the first 100 objects."""
    known_files: KnownFiles = field(default_factory=dict)
    """What the team has uploaded before."""
    grader: Mapping[str, Any] | None = None
    """The job's grader, for reinforcement; None while it is not chosen."""
    response_format: Mapping[str, Any] | None = None
    """What the model's answers must look like, for reinforcement."""
    withheld_rows: WithheldRows = field(default_factory=dict)
    """Rows whose authors did not agree, or asked for erasure."""
    probes: Probes = field(default_factory=Probes)
    """Looks outside, for the rules that need the network or a model; without one such a rule stays silent."""

    is_quick: bool = False
    """Shape, size, tokens and cost alone: no rule on wording, on privacy, or on rows beside each other."""

    @property
    def encoding(self) -> str | None:
        """The tokenizer to count with; None where it is none of tiktoken's, so that counts are only about right."""
        return encoding_for(self.model) if self.model else self.provider.encoding

    @property
    def context_tokens(self) -> int | None:
        """The longest example that the model is trained on whole; None where it is not published."""
        known = known_models.find(self.provider.id, self.model)
        return known.context_tokens if known else None
