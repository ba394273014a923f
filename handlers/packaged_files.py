"""Files that come with the bot, beside those that people share: both are read through one `Source`."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from storage.rows import JSON
from tuning.datasets.intake import Source
from tuning.errors import FileUnavailable

_PREFIX: Final = "packaged:"


def packaged_id(file_name: str, user_id: str) -> str:
    """What stands for Slack's file id where a file is ours: each person has a dataset of their own from it."""
    return f"{_PREFIX}{file_name}:{user_id}"


@dataclass(frozen=True, slots=True)
class PackagedFiles:
    """The `Source` that datasets are read from: ours from a folder, all others from where they were shared."""

    folder: Path
    shared: Source

    async def read(self, file_reference: JSON) -> AsyncIterator[bytes]:
        """The bytes of a file, of ours where its id says so.

        Raises:
            FileUnavailable: there is no such file.
            FileTooLarge: a shared file is larger than this installation accepts.
        """
        kind, _, rest = str(file_reference["id"]).partition(":")
        if f"{kind}:" != _PREFIX:
            async for chunk in self.shared.read(file_reference):
                yield chunk
            return
        name = rest.partition(":")[0]
        ours = {path.name: path for path in self.folder.glob("*.jsonl")}
        if name not in ours:
            raise FileUnavailable("gone", name)
        yield ours[name].read_bytes()
