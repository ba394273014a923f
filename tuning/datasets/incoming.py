"""Files on their way in: where they are fetched from, and what is known of them beforehand."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Protocol

from storage.rows import JSON
from tuning.datasets.stored import Tell


class Source(Protocol):
    """Where shared files are fetched from."""

    def read(self, file_reference: JSON) -> AsyncIterator[bytes]:
        """The bytes of a shared file, in chunks.

        Raises:
            FileUnavailable: it cannot be fetched.
            FileTooLarge: it is larger than this installation accepts.
        """
        ...


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file on its way in."""

    file_name: str
    origin: str = "upload"
    """As in `DatasetVersion.origin`."""
    lineage: JSON = field(default_factory=dict)
    slack_file_id: str = ""
    """Empty for what didn't come from Slack."""
    tell: Tell | None = None
    """Told how far its check has come, where somebody waits for it."""


def short_name(file_name: str) -> str:
    """What people will type: the file's name without its ending, in lower case, with hyphens for blanks."""
    stem = file_name.rpartition(".")[0] or file_name
    return "-".join(stem.lower().split())[:64] or "dataset"
