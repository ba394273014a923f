"""conversations.*: the channels and direct messages an app may know, and what was said there."""

from workspace import membership
from workspace.api.calls import Call, Method
from workspace.api.pages import page
from workspace.errors import SlackError
from workspace.limits import Tier
from workspace.records import Channel, JsonObject, Message
from workspace.scopes import require_for_channel
from workspace.shapes import channel_json, message_json

_WORDS = {"channel": "public_channel", "group": "private_channel", "im": "im"}


async def info(call: Call) -> JsonObject:
    """Describe a conversation."""
    channel = call.channel()
    require_for_channel(call.app, channel, "read")
    return {"channel": channel_json(call.state, channel, call.app.bot_user_id)}


async def open_dm(call: Call) -> JsonObject:
    """Open the direct message with one user, or return the one that is open."""
    user_ids = (call.arguments.text("users") or "").split(",")
    if user_ids == [""]:
        channel = call.channel()
        return {"channel": {"id": channel.id}, "no_op": True, "already_open": True}
    if len(user_ids) > 1:
        raise SlackError("method_not_supported_for_channel_type")
    if user_ids[0] not in call.state.users:
        raise SlackError("user_not_found")
    channel, is_new = membership.direct_message(call.state, call.app.bot_user_id, user_ids[0])
    return {"channel": {"id": channel.id}} | ({} if is_new else {"no_op": True, "already_open": True})


async def list_channels(call: Call) -> JsonObject:
    """List the conversations of the wanted types that the app may know."""
    types = (call.arguments.text("types") or "public_channel").split(",")
    found = [
        channel_json(call.state, channel, call.app.bot_user_id)
        for channel in call.state.channels.values()
        if _WORDS[channel.type] in types and (channel.type == "channel" or call.app.bot_user_id in channel.member_ids)
    ]
    return page(call.arguments, "channels", found)


async def members(call: Call) -> JsonObject:
    """List the ids of a conversation's members."""
    channel = call.channel()
    require_for_channel(call.app, channel, "read")
    return page(call.arguments, "members", list(channel.member_ids))


async def join(call: Call) -> JsonObject:
    """Join a public channel."""
    channel = call.channel()
    if channel.type != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    membership.join(call.state, channel, call.app.bot_user_id)
    return {"channel": channel_json(call.state, channel, call.app.bot_user_id)}


async def history(call: Call) -> JsonObject:
    """Return a conversation's messages, newest first."""
    channel = _readable(call)
    found = [message for message in call.state.messages(channel.id) if _is_within(call, message)]
    return _messages(call, found[::-1])


async def replies(call: Call) -> JsonObject:
    """Return a thread, oldest first, beginning with the message that began it."""
    channel = _readable(call)
    root = call.state.message(channel.id, call.arguments.required("ts"))
    if root is None:
        raise SlackError("thread_not_found")
    found = [reply for reply in call.state.replies(channel.id, root.ts) if _is_within(call, reply)]
    return _messages(call, [root, *found])


def _readable(call: Call) -> Channel:
    channel = call.channel()
    require_for_channel(call.app, channel, "history")
    if call.app.bot_user_id not in channel.member_ids:
        raise SlackError("not_in_channel")
    return channel


def _is_within(call: Call, message: Message) -> bool:
    oldest, latest = call.arguments.text("oldest"), call.arguments.text("latest")
    ts = float(message.ts)
    try:
        if call.arguments.flag("inclusive"):
            return (oldest is None or ts >= float(oldest)) and (latest is None or ts <= float(latest))
        return (oldest is None or ts > float(oldest)) and (latest is None or ts < float(latest))
    except ValueError as error:
        raise SlackError("invalid_ts_oldest") from error


def _messages(call: Call, found: list[Message]) -> JsonObject:
    shapes = [message_json(call.state, message) for message in found]
    answer = page(call.arguments, "messages", shapes)
    return answer | {"has_more": bool(answer["response_metadata"]["next_cursor"])}


_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
METHODS = {
    "conversations.info": Method(info, Tier.T3),
    "conversations.open": Method(open_dm, Tier.T3, ("im:write", "mpim:write", "groups:write", "channels:manage")),
    "conversations.list": Method(list_channels, Tier.T2, _READ),
    "conversations.members": Method(members, Tier.T4),
    "conversations.join": Method(join, Tier.T3, ("channels:join",)),
    "conversations.history": Method(history, Tier.T3),
    "conversations.replies": Method(replies, Tier.T3),
}
