"""The nouns that every floor shares, as plain values.

Standard library only, and never mapped classes: a row read from a store is a snapshot that can be passed
anywhere. Datetimes are aware and in UTC, money is `Decimal` US dollars, and every row that belongs to a team
carries its tenant.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeAlias

JSON: TypeAlias = dict[str, Any]
"""A JSON object: string keys, and values of plain JSON types."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """Whose data it is: one Slack workspace, inside an Enterprise organisation or on its own."""

    team_id: str
    enterprise_id: str = ""
    """Empty for a workspace that belongs to no Enterprise organisation."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something lives in Slack: a channel or direct message, and a thread in it."""

    channel_id: str
    thread_ts: str = ""
    """The `ts` of the thread's first message; empty for the channel itself."""


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


class JobStatus(StrEnum):
    """The stages of a job: ours before the provider knows it, then the provider's own words.

    Source: OpenAI's API reference for fine-tuning jobs (2026-11), which lists validating_files, queued,
    running, pausing, paused, succeeded, failed and cancelled. `starting` and `unknown` are ours.
    """

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
    """As the provider resolved them: n_epochs, batch_size, learning_rate_multiplier."""
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


class ChangeKind(StrEnum):
    CARD = "card"
    """The job's card shows something else now; only the latest state matters."""
    MILESTONE = "milestone"
    """Something people must be told, once."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of state that Slack should show, written in the same transaction as the change itself."""

    id: int
    tenant: Tenant
    subject: str
    """`job:{id}`."""
    kind: ChangeKind
    key: str
    """Unique, for example `job:{id}:succeeded`: the same change is never written twice."""
    parameters: JSON
    created_at: datetime
    revision: int = 1
    """Grows each time a card is marked again, so that handling an older state leaves the newer one waiting."""


@dataclass(frozen=True, slots=True)
class NewChange:
    """A change that goes with a job's new state, before it is written."""

    kind: ChangeKind
    key: str
    """Unique in its tenant: `job:{id}:card`, `job:{id}:succeeded` and so on."""
    parameters: JSON = field(default_factory=dict)


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    """Handed to Slack; found in this state after a crash, its outcome is unknown and is looked up first."""
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message that must reach Slack: a new post, or the newest state of an edited one."""

    id: int
    tenant: Tenant
    key: str
    """Unique: the same message is never written twice. Cards use one key for their whole life."""
    place: Place
    message_ts: str
    """Of the message once posted; empty before."""
    payload: JSON
    """`text` and `blocks`, as `chat.postMessage` takes them."""
    revision: int
    """Grows with every new payload of a card; `sent_revision` follows it."""
    sent_revision: int
    state: DeliveryState
    attempts: int
    due_at: datetime
    claimed_at: datetime | None = None
    """When it was last handed to Slack; None before."""


@dataclass(frozen=True, slots=True)
class Model:
    """A fine-tuned model that people can ask."""

    id: str
    """The name the provider serves it under: `ft:…`."""
    tenant: Tenant
    name: str
    """The short name people type: that of its job."""
    provider: str
    job_id: str
    base_model: str
    owner_id: str
    place: Place
    format: DatasetFormat
    system_prompt: str
    """The one most of its training examples carry; empty where there is none."""
    prompt_separator: str
    """What ends every prompt of a prompt/completion dataset; empty otherwise."""
    completion_stop: str
    """What ends every completion of a prompt/completion dataset; empty otherwise."""
    created_at: datetime
    deleted_at: datetime | None = None


class TurnState(StrEnum):
    ASKED = "asked"
    ANSWERING = "answering"
    ANSWERED = "answered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Turn:
    """One question to a tuned model in a thread, and its answer: our own transcript."""

    id: str
    tenant: Tenant
    place: Place
    model_id: str
    asked_by: str
    message_ts: str
    """Of the question; unique in its channel, so that an event that arrives twice is answered once."""
    question: str
    answer: str
    answer_ts: str
    state: TurnState
    created_at: datetime


@dataclass(frozen=True, slots=True)
class InboxEvent:
    """An event of Slack's, stored before it was acknowledged."""

    app_id: str
    event_id: str
    tenant: Tenant
    body: JSON | None
    """The whole envelope; None once handled, or where the event does not concern us."""
    received_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Person:
    """What we remember about somebody in Slack for a while: locale and standing."""

    tenant: Tenant
    user_id: str
    locale: str
    is_admin: bool
    is_guest: bool
    fetched_at: datetime
