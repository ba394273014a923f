"""Files on their way in: where they are fetched from, and what is known of them beforehand."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Protocol

from storage.rows import JSON


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
