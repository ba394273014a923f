"""Training files and their versions."""

from dataclasses import dataclass
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
    """`upload`, `split:train` or `split:validation`."""
    parent_id: str
    """The version this one was derived from; empty for an upload."""
    created_at: datetime
