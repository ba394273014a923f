"""What can go wrong for a person, each with a code that `tuning/texts` turns into a sentence.

A `UserFacingError` is expected: what happened, and what to do next, is in the catalogue under `errors.<code>`.
Every other exception is a defect.
"""

from collections.abc import Sequence
from functools import cache
from typing import Literal, TypeAlias

from tuning.datasets.findings import Finding
from tuning.texts import Texts

Action: TypeAlias = Literal["cancel", "delete", "pause", "revise"]
"""What only an owner or an administrator may do."""

FileFault: TypeAlias = Literal["gone", "foreign", "external", "elsewhere", "refused", "unreadable", "unanswered"]
"""Why a shared file cannot be fetched: deleted, of another team, hosted outside Slack, not shared where it was
named, withheld by Slack, something other than the file's own bytes, or nothing at all."""


@cache
def _texts() -> Texts:
    return Texts.load()


class UserFacingError(Exception):
    """Something a person can understand and act on.

    Args:
        code: names the sentence, `errors.<code>`.
        parameters: the values that the sentence names.
    """

    def __init__(self, code: str, **parameters: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters

    def __str__(self) -> str:
        """The sentence in English, for logs and the command line."""
        return _texts().say("en", f"errors.{self.code}", **self.parameters)


class NotFound(UserFacingError):
    """Nothing of that name belongs to this team.

    Args:
        kind: `dataset`, `job` or `model`.
        text: what the person typed.
        near: names that resemble it, nearest first.
    """

    def __init__(self, kind: str, text: str, near: Sequence[str] = ()) -> None:
        code = f"{kind}_not_found"
        if near:
            super().__init__(f"{code}_near", text=text, near=", ".join(near))
        else:
            super().__init__(code, text=text)
        self.near = tuple(near)


class DatasetNotFound(NotFound):
    """No dataset has that id or name."""

    def __init__(self, text: str, near: Sequence[str] = ()) -> None:
        super().__init__("dataset", text, near)


class VersionNotFound(UserFacingError):
    """A dataset has no version of that number, tag or sha256."""

    def __init__(self, name: str, text: str, known: Sequence[str]) -> None:
        super().__init__("version_not_found", name=name, text=text, known=", ".join(known))


class TagUnfit(UserFacingError):
    """A version can't be called so."""

    def __init__(self, tag: str) -> None:
        super().__init__("tag_unfit", tag=tag)


class JobNotFound(NotFound):
    """No fine-tuning job has that id or name."""

    def __init__(self, text: str, near: Sequence[str] = ()) -> None:
        super().__init__("job", text, near)


class ModelNotFound(NotFound):
    """No fine-tuned model has that id or name."""

    def __init__(self, text: str, near: Sequence[str] = ()) -> None:
        super().__init__("model", text, near)


class NotAllowed(UserFacingError):
    """The action belongs to the owner or an administrator."""

    def __init__(self, action: Action, owner_id: str) -> None:
        super().__init__(f"not_allowed_{action}", owner_id=owner_id)
        self.action = action
        self.owner_id = owner_id


class NotAMember(UserFacingError):
    """Guests and people of other companies get nothing from us, for what we keep belongs to the team."""

    def __init__(self) -> None:
        super().__init__("not_a_member")


class AdminsOnly(UserFacingError):
    """What a provider account holds is for administrators: it may be other teams' and other programs'.

    Args:
        code: names the sentence.
    """

    def __init__(self, code: str = "admins_only") -> None:
        super().__init__(code)


class NotBeforeOthers(UserFacingError):
    """What is asked for is not for everybody who would read the answer here."""

    def __init__(self) -> None:
        super().__init__("not_before_others")


class NotAnApprover(UserFacingError):
    """Whether a job may start is decided by administrators."""

    def __init__(self) -> None:
        super().__init__("not_an_approver")


class OwnApproval(UserFacingError):
    """Nobody approves or declines what they have asked for themselves."""

    def __init__(self) -> None:
        super().__init__("own_approval")


class AlreadyDecided(UserFacingError):
    """The job no longer awaits an approval: it was approved, declined or withdrawn."""

    def __init__(self, name: str) -> None:
        super().__init__("already_decided", name=name)


class AuditClosed(UserFacingError):
    """The decisions of a team are for its administrators alone, where nobody else reads them."""

    def __init__(self) -> None:
        super().__init__("audit_closed")


class JobOver(UserFacingError):
    """The job has ended already, so there is nothing left to cancel."""

    def __init__(self, name: str) -> None:
        super().__init__("job_over", name=name)


class CannotPause(UserFacingError):
    """The provider offers no pausing, or doesn't know the job yet."""

    def __init__(self, provider: str) -> None:
        super().__init__("cannot_pause", provider=provider)


class NoJobYet(UserFacingError):
    """The team has started no job so far."""

    def __init__(self) -> None:
        super().__init__("no_job_yet")


class NoDatasetYet(UserFacingError):
    """The team has shared no training file so far that may be shown here."""

    def __init__(self) -> None:
        super().__init__("no_dataset_yet")


class DatasetNotReady(UserFacingError):
    """The check found something in the dataset that blocks every job."""

    def __init__(self, file_name: str, things_to_fix: int) -> None:
        super().__init__("dataset_not_ready", file_name=file_name, n=things_to_fix)


class DatasetInUse(UserFacingError):
    """A job that hasn't ended needs the dataset."""

    def __init__(self, name: str, job: str) -> None:
        super().__init__("dataset_in_use", name=name, job=job)


class SplitTooSmall(UserFacingError):
    """A dataset has too few different examples to have a validation part."""

    def __init__(self, file_name: str) -> None:
        super().__init__("split_too_small", file_name=file_name)


class TestIsKept(UserFacingError):
    """A test part is for evaluation, and goes to no provider."""

    __test__ = False  # It is no test of pytest's.

    def __init__(self, file_name: str) -> None:
        super().__init__("test_is_kept", file_name=file_name)


class LearnsTheTest(UserFacingError):
    """A file for training or validation holds rows of the dataset's test part."""

    def __init__(self, file_name: str, rows: int, line: int) -> None:
        super().__init__("learns_the_test", file_name=file_name, n=rows, line=line)


class ValidationLeaks(UserFacingError):
    """The validation file that somebody chose holds rows of the training file."""

    def __init__(self, file_name: str, other: str, rows: int, line: int) -> None:
        super().__init__("validation_leaks", file_name=file_name, other=other, n=rows, line=line)


class InvalidRequest(UserFacingError):
    """A job as asked for would be refused; `findings` say which field and why."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("invalid_request", n=len(findings))
        self.findings = tuple(findings)


class ModelForeign(UserFacingError):
    """The model can't write the dataset's language, and nobody has said that it shall be trained all the same."""

    def __init__(self) -> None:
        super().__init__("model_foreign")


class FileUnavailable(UserFacingError):
    """A shared file cannot be fetched."""

    def __init__(self, fault: FileFault, file_name: str) -> None:
        super().__init__(f"file_{fault}", file_name=file_name)
        self.fault = fault


class FileNotYet(FileUnavailable):
    """A shared file cannot be fetched at the moment; it is worth another try."""


class FileTooLarge(UserFacingError):
    """A shared file exceeds what this installation accepts."""

    def __init__(self, file_name: str, max_bytes: int) -> None:
        super().__init__("file_too_large", file_name=file_name, max_megabytes=max_bytes // 1_000_000)
        self.max_bytes = max_bytes


class CannotConvert(UserFacingError):
    """A file can't be turned into JSON Lines as it is.

    Args:
        reason: names the sentence, `errors.convert_<reason>`.
    """

    def __init__(self, reason: str, **parameters: str | int) -> None:
        super().__init__(f"convert_{reason}", **parameters)
        self.reason = reason


class CannotExport(UserFacingError):
    """A row has no place in the shape of another tool.

    Args:
        reason: names the sentence, `errors.export_<reason>`.
    """

    def __init__(self, reason: str, **parameters: str | int) -> None:
        super().__init__(f"export_{reason}", **parameters)
        self.reason = reason


class CannotFix(UserFacingError):
    """A file can't be repaired line by line.

    Args:
        reason: names the sentence, `errors.fix_<reason>`.
    """

    def __init__(self, reason: str, **parameters: str | int) -> None:
        super().__init__(f"fix_{reason}", **parameters)
        self.reason = reason


class ProviderError(UserFacingError):
    """The provider, as it is called in sentences, did not do what it was asked."""

    def __init__(self, code: str, provider: str, **parameters: str | int) -> None:
        super().__init__(code, provider=provider, **parameters)
        self.provider = provider


class ProviderUnavailable(ProviderError):
    """No answer, or a fault on the provider's side: whether it did what was asked is unknown.

    Args:
        retry_after_seconds: how long the provider asked us to wait; None where it didn't say.
    """

    def __init__(
        self, provider: str, retry_after_seconds: float | None = None, *, code: str = "provider_unavailable"
    ) -> None:
        super().__init__(code, provider)
        self.retry_after_seconds = retry_after_seconds


class ProviderBusy(ProviderUnavailable):
    """Too many requests (429): the provider certainly did nothing, and will later."""

    def __init__(self, provider: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(provider, retry_after_seconds, code="provider_busy")


class ProviderRefused(ProviderError):
    """The provider understood and said no.

    Args:
        refusal: the provider's own code, such as `invalid_training_file`; may be empty.
        param: the field it objects to; may be empty.
        message: its own sentence, in English.
    """

    def __init__(
        self, provider: str, *, refusal: str, param: str, message: str, code: str = "provider_refused"
    ) -> None:
        super().__init__(code, provider, message=message)
        self.refusal = refusal
        self.param = param
        self.message = message


class ProviderMissing(ProviderRefused):
    """The provider doesn't know what we named (404), or doesn't offer the call (405, 501)."""

    def __init__(self, provider: str, *, refusal: str, param: str, message: str) -> None:
        super().__init__(provider, refusal=refusal, param=param, message=message, code="provider_missing")


class ProviderAuthentication(ProviderError):
    """The provider does not accept the key (401), or the key may not do this (403).

    Args:
        is_forbidden: whether the key as such was accepted.
    """

    def __init__(self, provider: str, *, is_forbidden: bool = False) -> None:
        super().__init__("provider_authentication", provider)
        self.is_forbidden = is_forbidden


class TrainingNotAvailable(ProviderError):
    """The provider no longer lets this organisation train (403 `training_not_available`)."""

    def __init__(self, provider: str) -> None:
        super().__init__("training_not_available", provider)


class ProviderConfused(ProviderError):
    """What answered does not speak the protocol: HTML, or JSON of another shape."""

    def __init__(self, provider: str, seen: str) -> None:
        super().__init__("provider_confused", provider, seen=seen)


class ProviderNotConfigured(ProviderError):
    """No provider of that name is set up here."""

    def __init__(self, provider: str) -> None:
        super().__init__("provider_not_configured", provider)


class ModelNotReady(UserFacingError):
    """The tuned model exists but isn't served yet, or no longer."""

    def __init__(self, model: str, code: str = "model_not_ready", **parameters: str) -> None:
        super().__init__(code, model=model, **parameters)


class ModelNotDeployed(ModelNotReady):
    """The provider serves tuned models only under the names of deployments, and knows none of this name."""

    def __init__(self, model: str, provider: str) -> None:
        super().__init__(model, "model_not_deployed", provider=provider)
