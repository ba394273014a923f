"""A job isn't there, can't be started as asked, or is over."""

from collections.abc import Sequence

from tuning.datasets.findings import Finding
from tuning.errors.user_facing import NotFound, UserFacingError


class JobNotFound(NotFound):
    """No fine-tuning job has that id or name."""

    def __init__(self, text: str, near: Sequence[str] = ()) -> None:
        super().__init__("job", text, near)


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


class InvalidRequest(UserFacingError):
    """A job as asked for would be refused; `findings` say which field and why."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("invalid_request", n=len(findings))
        self.findings = tuple(findings)


class MethodNotBuilt(UserFacingError):
    """The rows are for reinforcement fine-tuning, which can be checked here and not started."""

    def __init__(self, file_name: str, elsewhere: Sequence[str] = ()) -> None:
        code = "method_elsewhere" if elsewhere else "method_nowhere"
        super().__init__(code, file=file_name, provider=", ".join(elsewhere))


class ModelForeign(UserFacingError):
    """The model can't write the dataset's language, and nobody has said that it shall be trained all the same."""

    def __init__(self) -> None:
        super().__init__("model_foreign")
