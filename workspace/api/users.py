"""users.info, users.list, users.conversations and bots.info."""

from workspace.api.calls import Call, Method
from workspace.api.pages import page
from workspace.errors import SlackError
from workspace.limits import Tier
from workspace.records import JsonObject
from workspace.shapes import channel_json, user_json


async def info(call: Call) -> JsonObject:
    """Describe a user, with their locale if asked for."""
    include_locale = call.arguments.flag("include_locale")
    return {"user": user_json(call.state, call.user(), include_locale=include_locale)}


async def bot_info(call: Call) -> JsonObject:
    """Describe a bot: which app speaks through it."""
    wanted = call.arguments.required("bot")
    for app in call.state.apps.values():
        if app.bot_id == wanted:
            return {"bot": {"id": app.bot_id, "app_id": app.id, "user_id": app.bot_user_id, "name": app.name}}
    raise SlackError("bot_not_found")


async def list_users(call: Call) -> JsonObject:
    """List everyone, a page at a time."""
    include_locale = call.arguments.flag("include_locale")
    members = [user_json(call.state, user, include_locale=include_locale) for user in call.state.users.values()]
    return page(call.arguments, "members", members)


async def conversations(call: Call) -> JsonObject:
    """List the conversations a user, by default the app's bot, is in."""
    user_id = call.arguments.text("user") or call.app.bot_user_id
    found = [
        channel_json(call.state, channel, user_id)
        for channel in call.state.channels.values()
        if {user_id, call.app.bot_user_id} <= set(channel.member_ids)
    ]
    return page(call.arguments, "channels", found)


_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
METHODS = {
    "bots.info": Method(bot_info, Tier.T3, ("users:read",)),
    "users.info": Method(info, Tier.T4, ("users:read",)),
    "users.list": Method(list_users, Tier.T2, ("users:read",)),
    "users.conversations": Method(conversations, Tier.T3, _READ),
}
