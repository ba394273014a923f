"""Fine-tuning jobs: what was asked for, how they go, and what the provider reports."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from storage.rows.places import JSON, Place, Tenant


class JobStatus(StrEnum):
    """The stages of a job: ours before the provider knows it, then the provider's own words.

    Source: OpenAI's API reference for fine-tuning jobs (2026-11), which lists validating_files, queued,
    running, pausing, paused, succeeded, failed and cancelled. `awaiting_approval`, `starting` and `unknown` are ours.
    """

    AWAITING_APPROVAL = "awaiting_approval"
    """Asked for, and not yet allowed to start."""
    STARTING = "starting"
    VALIDATING_FILES = "validating_files"
    QUEUED = "queued"
    RUNNING = "running"
    PAUSING = "pausing"
    PAUSED = "paused"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"

    @property
    def is_final(self) -> bool:
        return self in {JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED}


@dataclass(frozen=True, slots=True)
class JobRequest:
    """What a person asked for when starting a job; it never changes afterwards."""

    provider: str
    base_model: str
    training_version_id: str
    validation_version_id: str = ""
    method: str = "supervised"
    n_epochs: int | None = None
    """None lets the provider choose (`auto`); so for the next two."""
    batch_size: int | None = None
    learning_rate_multiplier: float | None = None
    suffix: str = ""
    seed: int | None = None
    test_version_id: str = ""
    """The part that is set aside before anything is trained on, where the job asked for one; it goes to no provider."""
    beta: float | None = None
    """How firmly training on preferences holds on to the model it began with; None for `auto`, and for every other method."""


@dataclass(frozen=True, slots=True)
class Job:
    """A fine-tuning job: what was asked for, what became of it, and where the team watches it."""

    id: str
    """Ours, made before the provider is asked, and stamped into the provider's metadata."""
    tenant: Tenant
    name: str
    """The short name people type, unique in its tenant."""
    owner_id: str
    place: Place
    request: JobRequest
    created_at: datetime
    status: JobStatus = JobStatus.STARTING
    provider_job_id: str = ""
    """`ftjob-…`; empty until the provider has accepted the job."""
    training_file_id: str = ""
    validation_file_id: str = ""
    fine_tuned_model: str = ""
    hyperparameters: JSON = field(default_factory=dict)
    """As the provider resolved them: n_epochs, batch_size, learning_rate_multiplier, for preferences beta."""
    estimated_tokens: int | None = None
    """Billed tokens as predicted before the start: tokens of the file times epochs."""
    estimated_usd: Decimal | None = None
    trained_tokens: int | None = None
    """Billed tokens as the provider reports them at the end; None where it reports none."""
    error_code: str = ""
    error_message: str = ""
    status_since: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    estimated_finish_at: datetime | None = None
    last_heard_at: datetime | None = None
    """When the provider last answered about this job."""
    is_cancel_requested: bool = False
    step: int | None = None
    total_steps: int | None = None
    training_loss: float | None = None
    """Of the newest step that reported one."""
    validation_loss: float | None = None
    """The newest full validation loss."""
    comparison: JSON | None = None
    """The answers of base and tuned model to the held-out questions, once asked."""


@dataclass(frozen=True, slots=True)
class JobEvent:
    """One event of a fine-tuning job, as the provider sent it."""

    job_id: str
    tenant: Tenant
    event_id: str
    """The provider's id, or a hash of time and message where it sends none."""
    created_at: datetime
    level: str
    type: str
    message: str
    data: JSON
    """Empty, or the metrics of a step: step, total_steps, train_loss, full_valid_loss and so on."""
