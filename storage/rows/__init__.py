"""The nouns that every floor shares, as plain values.

Standard library only, and never mapped classes: a row read from a store is a snapshot that can be passed
anywhere. Datetimes are aware and in UTC, money is `Decimal` US dollars, and every row that belongs to a team
carries its tenant.
"""

from storage.rows.audits import Audit
from storage.rows.datasets import Dataset, DatasetFormat, DatasetTag, DatasetVersion, ProviderFile
from storage.rows.jobs import Job, JobEvent, JobRequest, JobStatus
from storage.rows.messages import Change, ChangeKind, Delivery, DeliveryState, NewChange
from storage.rows.models import Model, Turn, TurnState
from storage.rows.moves import Move, MoveState, Sample
from storage.rows.places import JSON, Place, Tenant
from storage.rows.slack import InboxEvent, Person
from storage.rows.trials import Trial

__all__ = [
    "JSON",
    "Audit",
    "Change",
    "ChangeKind",
    "Dataset",
    "DatasetFormat",
    "DatasetTag",
    "DatasetVersion",
    "Delivery",
    "DeliveryState",
    "InboxEvent",
    "Job",
    "JobEvent",
    "JobRequest",
    "JobStatus",
    "Model",
    "Move",
    "MoveState",
    "NewChange",
    "Person",
    "Place",
    "ProviderFile",
    "Sample",
    "Tenant",
    "Trial",
    "Turn",
    "TurnState",
]
