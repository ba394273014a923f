"""What a check is asked to measure a file against."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from storage.rows import DatasetFormat
from tuning.datasets.provider_facts import OPENAI, ProviderFacts


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
    known_files: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """What the team has uploaded before: a sha256 gives the dataset's name and the version's number."""
