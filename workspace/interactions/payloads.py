"""The payloads of commands and interactions, field by field as Slack sends them.

See docs.slack.dev/reference/interaction-payloads and docs.slack.dev/interactivity/implementing-slash-commands.
"""

from workspace.records import App, Channel, JsonObject, Message, User, View
from workspace.shapes import message_json, view_json
from workspace.state import State


def command_form(state: State, app: App, user: User, channel: Channel, typed: tuple[str, str]) -> JsonObject:
    """Return the form of a slash command, still without trigger_id and response_url; `typed` is command and text."""
    return {
        "token": app.verification_token,
        "team_id": state.team.id,
        "team_domain": state.team.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": typed[0],
        "text": typed[1],
        "api_app_id": app.id,
        "is_enterprise_install": "false",
    }


def interaction(state: State, app: App, user: User, kind: str) -> JsonObject:
    """Return what every interaction payload has in common."""
    return {
        "type": kind,
        "token": app.verification_token,
        "api_app_id": app.id,
        "team": {"id": state.team.id, "domain": state.team.domain},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": state.team.id},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def in_message(state: State, message: Message) -> JsonObject:
    """Return the part of a payload that says in which message it happened."""
    channel = state.channels[message.channel_id]
    container: JsonObject = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.ephemeral_to is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    return {
        "container": container,
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "message": message_json(state, message),
    }


def in_view(state: State, view: View) -> JsonObject:
    """Return the part of a payload that says in which view it happened."""
    return {"container": {"type": "view", "view_id": view.id}, "view": view_json(state, view)}


def channel_name(channel: Channel) -> str:
    """Return the name that payloads carry: that of private conversations stays hidden."""
    return {"im": "directmessage", "group": "privategroup", "channel": channel.name}[channel.type]
