"""What can go wrong for a person, each with a code that `tuning/texts` turns into a sentence.

A `UserFacingError` is expected: what happened, and what to do next, is in the catalogue under `errors.<code>`.
Every other exception is a defect.
"""

from tuning.errors.of_access import (
    Action,
    AdminsOnly,
    AlreadyDecided,
    AuditClosed,
    NotAllowed,
    NotAMember,
    NotAnApprover,
    NotBeforeOthers,
    OwnApproval,
)
from tuning.errors.of_datasets import (
    DatasetInUse,
    DatasetNotFound,
    DatasetNotReady,
    LearnsTheTest,
    NoDatasetYet,
    SplitTooSmall,
    TagUnfit,
    TestIsKept,
    ValidationLeaks,
    VersionNotFound,
)
from tuning.errors.of_files import (
    CannotConvert,
    CannotExport,
    CannotFix,
    FileFault,
    FileNotYet,
    FileTooLarge,
    FileUnavailable,
)
from tuning.errors.of_jobs import CannotPause, InvalidRequest, JobNotFound, JobOver, ModelForeign, NoJobYet
from tuning.errors.of_models import ModelNotDeployed, ModelNotFound, ModelNotReady
from tuning.errors.of_providers import (
    ProviderAuthentication,
    ProviderBusy,
    ProviderConfused,
    ProviderError,
    ProviderMissing,
    ProviderNotConfigured,
    ProviderRefused,
    ProviderUnavailable,
    TrainingNotAvailable,
)
from tuning.errors.user_facing import NotFound, UserFacingError

__all__ = [
    "Action",
    "AdminsOnly",
    "AlreadyDecided",
    "AuditClosed",
    "CannotConvert",
    "CannotExport",
    "CannotFix",
    "CannotPause",
    "DatasetInUse",
    "DatasetNotFound",
    "DatasetNotReady",
    "FileFault",
    "FileNotYet",
    "FileTooLarge",
    "FileUnavailable",
    "InvalidRequest",
    "JobNotFound",
    "JobOver",
    "LearnsTheTest",
    "ModelForeign",
    "ModelNotDeployed",
    "ModelNotFound",
    "ModelNotReady",
    "NoDatasetYet",
    "NoJobYet",
    "NotAMember",
    "NotAllowed",
    "NotAnApprover",
    "NotBeforeOthers",
    "NotFound",
    "OwnApproval",
    "ProviderAuthentication",
    "ProviderBusy",
    "ProviderConfused",
    "ProviderError",
    "ProviderMissing",
    "ProviderNotConfigured",
    "ProviderRefused",
    "ProviderUnavailable",
    "SplitTooSmall",
    "TagUnfit",
    "TestIsKept",
    "TrainingNotAvailable",
    "UserFacingError",
    "ValidationLeaks",
    "VersionNotFound",
]
