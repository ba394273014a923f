"""Files as the workspace knows them: described, shared into channels, deleted."""

import mimetypes
from pathlib import PurePath

from workspace.changes import ChangeKind
from workspace.posting import post
from workspace.records import File, Message
from workspace.shapes import file_json
from workspace.state import State

_TEXT_SUFFIXES = {".jsonl", ".txt", ".log"}
_PREVIEW_BYTES = 1_000


def describe(state: State, user_id: str, filename: str, size_bytes: int) -> File:
    """Make the record of a file that was, or is about to be, uploaded; nobody else sees it until it is shared."""
    suffix = PurePath(filename).suffix.lower()
    filetype = "text" if suffix in _TEXT_SUFFIXES else suffix.removeprefix(".") or "binary"
    mimetype = "text/plain" if filetype == "text" else mimetypes.guess_type(filename)[0]
    file = File(
        id=state.ids.make("F"),
        name=filename,
        title=filename,
        mimetype=mimetype or "application/octet-stream",
        filetype=filetype,
        size_bytes=size_bytes,
        user_id=user_id,
        created_at=state.now,
    )
    state.files[file.id] = file
    return file


def preview(file: File, content: bytes) -> str:
    """How a text begins, which Slack sends along with the file's record to every app that hears of it."""
    return content[:_PREVIEW_BYTES].decode(errors="replace") if file.mimetype.startswith("text/") else ""


def share(state: State, message: Message, files: list[File]) -> Message:
    """Post a file_share message with these files; each file then knows where it is shared."""
    message.subtype = "file_share"
    message.file_ids = [file.id for file in files]
    for file in files:
        file.shares.setdefault(message.channel_id, []).append(message.ts)
    post(state, message)
    for file in files:
        details = {"file": file_json(state, file), "user": message.user_id}
        state.log.record(ChangeKind.FILE_SHARED, details, channel_id=message.channel_id)
    return message


def forget(state: State, file: File) -> None:
    """Leave a tombstone where a file was; the caller removes the bytes."""
    file.mode = "tombstone"
    details = {"file": file_json(state, file), "user": file.user_id}
    for channel_id in file.shares:
        state.log.record(ChangeKind.FILE_DELETED, details, channel_id=channel_id)
    if not file.shares:
        state.log.record(ChangeKind.FILE_DELETED, details, user_ids=frozenset({file.user_id}))


def may_read(state: State, user_id: str, file: File) -> bool:
    """The uploader reads a file, and whoever sees a channel in which it is shared."""
    return file.user_id == user_id or any(state.may_see(user_id, channel_id) for channel_id in file.shares)
