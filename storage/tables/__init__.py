"""The tables. These classes never leave `storage`: stores turn them into the rows of `storage.rows`.

Every key of a team's row begins with its tenant, so that no id can ever lead into another team's data.
"""

from storage.tables.of_audits import AuditRecord
from storage.tables.of_datasets import DatasetRecord, DatasetTagRecord, DatasetVersionRecord, ProviderFileRecord
from storage.tables.of_jobs import JobEventRecord, JobRecord
from storage.tables.of_leases import LeaseRecord
from storage.tables.of_models import ModelRecord, TurnRecord
from storage.tables.of_moves import MoveRecord, SampleRecord
from storage.tables.of_slack import ChangeRecord, DeliveryRecord, InboxRecord, PersonRecord, PreferenceRecord
from storage.tables.of_trials import TrialRecord
from storage.tables.records import InboxBase, Record

__all__ = [
    "AuditRecord",
    "ChangeRecord",
    "DatasetRecord",
    "DatasetTagRecord",
    "DatasetVersionRecord",
    "DeliveryRecord",
    "InboxBase",
    "InboxRecord",
    "JobEventRecord",
    "JobRecord",
    "LeaseRecord",
    "ModelRecord",
    "MoveRecord",
    "PersonRecord",
    "PreferenceRecord",
    "ProviderFileRecord",
    "Record",
    "SampleRecord",
    "TrialRecord",
    "TurnRecord",
]
