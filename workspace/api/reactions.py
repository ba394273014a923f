"""reactions.add and reactions.remove."""

from workspace import posting
from workspace.api.calls import Call, Method
from workspace.errors import SlackError
from workspace.limits import Tier
from workspace.records import JsonObject

_WRITE = ("reactions:write",)


async def add(call: Call) -> JsonObject:
    """React to a message."""
    message = call.message(call.channel_to_write(), "timestamp")
    if not posting.react(call.state, message, call.app.bot_user_id, call.arguments.required("name").strip(":")):
        raise SlackError("already_reacted")
    return {}


async def remove(call: Call) -> JsonObject:
    """Take the app's own reaction back."""
    message = call.message(call.channel_to_write(), "timestamp")
    if not posting.unreact(call.state, message, call.app.bot_user_id, call.arguments.required("name").strip(":")):
        raise SlackError("no_reaction")
    return {}


METHODS = {
    "reactions.add": Method(add, Tier.T3, _WRITE),
    "reactions.remove": Method(remove, Tier.T2, _WRITE),
}
