"""A file that was shared cannot be fetched, converted, repaired or exported."""

from typing import Literal, TypeAlias

from tuning.errors.user_facing import UserFacingError

FileFault: TypeAlias = Literal["gone", "foreign", "external", "elsewhere", "refused", "unreadable", "unanswered"]
"""Why a shared file cannot be fetched: deleted, of another team, hosted outside Slack, not shared where it was
named, withheld by Slack, something other than the file's own bytes, or nothing at all."""


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
