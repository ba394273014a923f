"""chat.startStream, appendStream and stopStream: an answer that grows before the reader's eyes."""

from workspace import posting, statuses, streams
from workspace.api.calls import Call, Method
from workspace.api.chat import thread_of
from workspace.api.content import read_markdown, read_metadata
from workspace.blocks.check import check_message_blocks
from workspace.errors import SlackError, invalid_arguments
from workspace.limits import Tier
from workspace.records import Channel, JsonObject, Message, Stream
from workspace.shapes import message_json

_WRITE = ("chat:write",)


async def start(call: Call) -> JsonObject:
    """Begin a streamed reply in a thread; outside a direct message it needs a recipient."""
    channel = call.channel_to_write()
    thread_ts = thread_of(call, channel)
    if thread_ts is None:
        raise invalid_arguments("missing required field: thread_ts")
    chunks = _chunks(call)
    message = Message(
        channel_id=channel.id,
        ts=call.state.ids.ts(),
        user_id=call.app.bot_user_id,
        text="",
        thread_ts=thread_ts,
        app_id=call.app.id,
        stream=Stream(
            started_at=call.state.now,
            recipient_user_id=_recipient(call, channel),
            task_display_mode=call.arguments.text("task_display_mode") or "timeline",
        ),
    )
    streams.grow(message, chunks)
    posting.post(call.state, message)
    statuses.clear_status(call.state, channel.id, thread_ts)
    return {"channel": channel.id, "ts": message.ts}


def _recipient(call: Call, channel: Channel) -> str | None:
    user_id, team_id = call.arguments.text("recipient_user_id"), call.arguments.text("recipient_team_id")
    if channel.is_im:
        return user_id
    if team_id is None:
        raise SlackError("missing_recipient_team_id")
    if user_id is None:
        raise SlackError("missing_recipient_user_id")
    if team_id != call.state.team.id:
        raise SlackError("team_not_found")
    return call.user("recipient_user_id").id


async def append(call: Call) -> JsonObject:
    """Add text or chunks."""
    message = _streamed(call)
    chunks = _chunks(call)
    if not chunks:
        raise SlackError("no_text")
    posting.revise(call.state, message, lambda message: streams.grow(message, chunks))
    return {"channel": message.channel_id, "ts": message.ts}


async def stop(call: Call) -> JsonObject:
    """Add the last text and blocks, and end the stream."""
    message = _streamed(call)
    chunks = _chunks(call)
    metadata = read_metadata(call.arguments)
    final = call.arguments.objects("blocks", "invalid_blocks_format") or []
    check_message_blocks(final)

    def change(message: Message) -> None:
        streams.grow(message, chunks)
        message.blocks = [*message.blocks, *final]
        message.metadata = metadata
        if message.stream:
            message.stream.state = "completed"

    posting.revise(call.state, message, change)
    shape = message_json(call.state, message)
    return {"channel": message.channel_id, "ts": message.ts, "message": shape}


def _streamed(call: Call) -> Message:
    message = call.message(call.channel_to_write())
    if message.app_id != call.app.id:
        raise SlackError("message_not_owned_by_app")
    streams.require_open(call.state, message)
    return message


def _chunks(call: Call) -> list[JsonObject]:
    """Return the call's chunks; markdown_text is one chunk and excludes the others."""
    markdown = read_markdown(call.arguments)
    chunks = call.arguments.objects("chunks", "invalid_chunks") or []
    if markdown and chunks:
        raise SlackError("markdown_text_conflict")
    for chunk in chunks:
        if chunk.get("type") == "blocks":
            check_message_blocks(chunk.get("blocks"))
    return [{"type": "markdown_text", "text": markdown}] if markdown else chunks


METHODS = {
    "chat.startStream": Method(start, Tier.T2, _WRITE),
    "chat.appendStream": Method(append, Tier.T4, _WRITE),
    "chat.stopStream": Method(stop, Tier.T2, _WRITE),
}
