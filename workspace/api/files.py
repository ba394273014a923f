"""files.*: the upload in three steps, files.info and files.delete."""

from workspace import sharing
from workspace.api.calls import Call, Method
from workspace.api.chat import thread_of
from workspace.blocks.check import check_message_blocks
from workspace.errors import SlackError
from workspace.limits import Tier
from workspace.records import File, JsonObject, Message
from workspace.shapes import file_json

_READ, _WRITE = ("files:read",), ("files:write",)


async def upload_url(call: Call) -> JsonObject:
    """Promise an upload: return the URL that takes the bytes."""
    filename = call.arguments.required("filename")
    length = call.arguments.integer("length", 0)
    if length <= 0:
        raise SlackError("missing_argument")
    file = sharing.describe(call.state, call.app.bot_user_id, filename, length)
    ticket = call.workspace.uploads.promise(file)
    return {"upload_url": f"{call.state.base_url}/upload/v1/{ticket}", "file_id": file.id}


async def complete_upload(call: Call) -> JsonObject:
    """End one upload or several, and share them in a channel if one is named."""
    wanted = call.arguments.objects("files") or []
    files = [_uploaded(call, entry) for entry in wanted]
    if not files:
        raise SlackError("file_not_found")
    channel_id = call.arguments.text("channel_id") or call.arguments.text("channels")
    draft = _draft(call, channel_id) if channel_id else None
    for file in files:
        call.workspace.uploads.complete(file)
    if draft:
        sharing.share(call.state, draft, files)
    return {"files": [file_json(call.state, file) for file in files]}


def _uploaded(call: Call, entry: JsonObject) -> File:
    file = call.state.files.get(str(entry.get("id")))
    if file is None or file.user_id != call.app.bot_user_id:
        raise SlackError("file_not_found")
    file.title = str(entry.get("title") or file.name)
    return file


def _draft(call: Call, channel_id: str) -> Message:
    name = "channel_id" if call.arguments.text("channel_id") == channel_id else "channels"
    channel = call.channel_to_write(name)
    blocks = call.arguments.objects("blocks", "invalid_blocks") or []
    check_message_blocks(blocks)
    return Message(
        channel_id=channel.id,
        ts=call.state.ids.ts(),
        user_id=call.app.bot_user_id,
        text=call.arguments.text("initial_comment") or "",
        thread_ts=thread_of(call, channel),
        blocks=blocks,
        app_id=call.app.id,
    )


async def info(call: Call) -> JsonObject:
    """Describe a file that the app can see."""
    return {"file": file_json(call.state, _visible(call)), "comments": []}


async def delete(call: Call) -> JsonObject:
    """Delete a file that the app itself uploaded."""
    file = _visible(call)
    if file.user_id != call.app.bot_user_id:
        raise SlackError("cant_delete_file")
    call.workspace.file_bytes.remove(file.id)
    sharing.forget(call.state, file)
    return {}


def _visible(call: Call) -> File:
    file = call.state.files.get(call.arguments.required("file"))
    if file is None or not sharing.may_read(call.state, call.app.bot_user_id, file):
        raise SlackError("file_not_found")
    if file.mode == "tombstone":
        raise SlackError("file_deleted")
    return file


METHODS = {
    "files.getUploadURLExternal": Method(upload_url, Tier.T4, _WRITE),
    "files.completeUploadExternal": Method(complete_upload, Tier.T4, _WRITE),
    "files.info": Method(info, Tier.T4, _READ),
    "files.delete": Method(delete, Tier.T3, _WRITE),
}
