"""chat.postMessage, postEphemeral, update, delete and getPermalink."""

from workspace import posting, statuses, streams
from workspace.api.calls import Call, Method
from workspace.api.content import (
    MAX_POSTED_CHARACTERS,
    MAX_UPDATED_CHARACTERS,
    Content,
    read_content,
    read_metadata,
)
from workspace.errors import SlackError
from workspace.limits import Tier
from workspace.records import Channel, JsonObject, Message
from workspace.shapes import message_json

_WRITE = ("chat:write",)
_TRUNCATED = {"warning": "message_truncated", "response_metadata": {"warnings": ["message_truncated"]}}


async def post_message(call: Call) -> JsonObject:
    """Post a message into a channel, a thread or a direct message; text over 40,000 characters is cut."""
    channel = call.channel_to_write()
    content = read_content(call.arguments)
    metadata = read_metadata(call.arguments)
    if content.is_empty:
        raise SlackError("no_text")
    call.workspace.limits.count_post(call.app.id, channel.id)
    message = _draft(call, channel, content)
    message.metadata = metadata
    message.thread_ts = thread_of(call, channel)
    if message.thread_ts and call.arguments.flag("reply_broadcast"):
        message.subtype = "thread_broadcast"
    posting.post(call.state, message)
    statuses.clear_status(call.state, channel.id, message.thread_ts)
    answer = {"channel": channel.id, "ts": message.ts, "message": message_json(call.state, message)}
    is_cut = len(content.text or "") > MAX_POSTED_CHARACTERS
    return answer | (_TRUNCATED if is_cut else {})


async def post_ephemeral(call: Call) -> JsonObject:
    """Post a message that only one member of the channel sees."""
    channel = call.channel_to_write()
    user = call.user()
    if user.id not in channel.member_ids:
        raise SlackError("user_not_in_channel")
    content = read_content(call.arguments)
    if content.is_empty:
        raise SlackError("no_text")
    if len(content.text or "") > MAX_UPDATED_CHARACTERS:
        raise SlackError("msg_too_long")
    message = _draft(call, channel, content)
    message.thread_ts = thread_of(call, channel)
    message.ephemeral_to = user.id
    posting.post(call.state, message)
    return {"message_ts": message.ts}


def _draft(call: Call, channel: Channel, content: Content) -> Message:
    return Message(
        channel_id=channel.id,
        ts=call.state.ids.ts(),
        user_id=call.app.bot_user_id,
        text=(content.text or "")[:MAX_POSTED_CHARACTERS],
        blocks=content.blocks or [],
        attachments=content.attachments or [],
        app_id=call.app.id,
    )


def thread_of(call: Call, channel: Channel) -> str | None:
    """Return the ts of the message that begins the thread which `thread_ts` names, by its root or a reply."""
    thread_ts = call.arguments.text("thread_ts")
    if thread_ts is None:
        return None
    message = call.state.message(channel.id, thread_ts)
    if message is None:
        raise SlackError("thread_not_found")
    return message.thread_ts or message.ts


async def update(call: Call) -> JsonObject:
    """Change one of the app's own messages in place.

    Text without blocks takes the blocks away; only then does the message show as edited
    (docs.slack.dev/reference/methods/chat.update).
    """
    channel = call.channel_to_write()
    message = call.message(channel)
    if message.app_id != call.app.id:
        raise SlackError("cant_update_message")
    if streams.is_open(call.state, message):
        raise SlackError("streaming_state_conflict")
    content = read_content(call.arguments)
    _check_update(message, content)
    metadata = read_metadata(call.arguments)
    edited_ts = call.state.ids.ts()

    def change(message: Message) -> None:
        if content.text is not None and not content.blocks:
            message.edited_ts, message.edited_by = edited_ts, call.app.bot_user_id
        message.text = content.text if content.text is not None else message.text
        if content.blocks is not None or content.text is not None:
            message.blocks = content.blocks or []
        if content.attachments is not None:
            message.attachments = content.attachments
        message.metadata = metadata or message.metadata

    posting.revise(call.state, message, change)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": message_json(call.state, message),
    }


def _check_update(message: Message, content: Content) -> None:
    if content.text is None and content.blocks is None and content.attachments is None:
        raise SlackError("no_text")
    if len(content.text or "") > MAX_UPDATED_CHARACTERS and not content.is_markdown:
        raise SlackError("msg_too_long")
    was_rich = any(block["type"] == "rich_text" for block in message.blocks)
    if was_rich and content.blocks and not any(block["type"] == "rich_text" for block in content.blocks):
        raise SlackError("block_mismatch")


async def delete(call: Call) -> JsonObject:
    """Delete one of the app's own messages."""
    channel = call.channel_to_write()
    message = call.message(channel)
    if message.app_id != call.app.id:
        raise SlackError("cant_delete_message")
    posting.delete(call.state, message)
    return {"channel": channel.id, "ts": message.ts}


async def permalink(call: Call) -> JsonObject:
    """Return an address that opens a message in the browser."""
    channel = call.channel()
    message = call.message(channel, "message_ts")
    place = f"{channel.id}/p{message.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": f"{call.state.base_url}/archives/{place}"}


METHODS = {
    "chat.postMessage": Method(post_message, Tier.SPECIAL, _WRITE),
    "chat.postEphemeral": Method(post_ephemeral, Tier.T4, _WRITE),
    "chat.update": Method(update, Tier.T3, _WRITE),
    "chat.delete": Method(delete, Tier.T3, _WRITE),
    "chat.getPermalink": Method(permalink, Tier.SPECIAL),
}
