"""Training files and their versions."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from storage.rows.places import JSON, Place, Tenant


class DatasetFormat(StrEnum):
    """What one line of a training file holds."""

    CHAT = "chat"
    PROMPT_COMPLETION = "prompt_completion"
    PREFERENCE = "preference"
    REINFORCEMENT = "reinforcement"
    UNKNOWN = "unknown"

    @property
    def method(self) -> str:
        """How rows of this shape are trained on, in the word that jobs have for it.

        Source: OpenAI's fine-tuning guides, where each method has a shape of rows of its own.
        """
        return {DatasetFormat.PREFERENCE: "dpo", DatasetFormat.REINFORCEMENT: "reinforcement"}.get(self, "supervised")


@dataclass(frozen=True, slots=True)
class Dataset:
    """A training file as a team knows it: a name, an owner and the thread in which it was dropped."""

    id: str
    tenant: Tenant
    name: str
    """The short name, unique in its tenant: the file's name without its ending, numbered when taken."""
    owner_id: str
    place: Place
    slack_file_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ProviderFile:
    """A training file as a provider's account has it."""

    tenant: Tenant
    account: str
    """The account's hash, a colon, and where each job has files of its own the job's id and a hyphen."""
    sha256: str
    file_id: str


@dataclass(frozen=True, slots=True)
class DatasetVersion:
    """The bytes of a dataset at one moment, known by their sha256, with the report on them."""

    id: str
    tenant: Tenant
    dataset_id: str
    number: int
    """From 1, in the order in which the versions of one dataset were made."""
    file_name: str
    sha256: str
    size_bytes: int
    format: DatasetFormat
    examples: int
    is_ready: bool
    """Whether the check found nothing that blocks a job."""
    report: JSON
    """`tuning.datasets.report.Report` as JSON."""
    origin: str
    """`upload`, `fetch` from a provider, or `sample` from a model; `convert`, `fix`, `merge` or `filter`; `split:train`, `split:validation` or `split:test`."""
    parent_id: str
    """The version this one was derived from; empty for what came in whole."""
    created_at: datetime
    lineage: JSON = field(default_factory=dict)
    """How it was derived: what was asked for, what was changed, and which line stood where."""

    @property
    def is_part(self) -> bool:
        """Whether it is one side of a split, and no version of its own."""
        return self.origin.startswith("split:")


@dataclass(frozen=True, slots=True)
class DatasetTag:
    """A name that people gave to one version of a dataset, such as `gold`; it can be moved to another."""

    tenant: Tenant
    dataset_id: str
    name: str
    version_id: str
    user_id: str
    """Who gave it."""
    created_at: datetime
