"""Files as Slack shares them: which of them are for us, and what is kept of one."""

from collections.abc import Mapping
from typing import Any, Final

from storage.rows import JSON

_TRAINING_FILES: Final = (".jsonl", ".ndjson", ".json", ".jsonl.gz", ".jsonl.zip")
"""Endings of files that are checked in a channel unasked; any other file may be meant for somebody else."""
_KEPT: Final = ("id", "name", "title", "mode")


def name_of(file: Mapping[str, Any]) -> str:
    """What a file is called."""
    return str(file.get("name") or file.get("title") or file["id"])


def is_for_us(file_name: str, *, is_addressed: bool) -> bool:
    """Whether a shared file should be checked: always when we were addressed, else only what looks like training data."""
    return is_addressed or file_name.lower().endswith(_TRAINING_FILES)


def kept(file: Mapping[str, Any]) -> JSON:
    """What is stored of a file: never `preview` or `initial_comment`, by which Slack sends what stands in and beside it.

    Source: https://docs.slack.dev/reference/objects/file-object (read 2026-11).
    """
    return {name: file[name] for name in _KEPT if name in file}
