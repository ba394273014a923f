"""What Slack's client makes of the text a person types: mentions become ids, and & < > are escaped."""

import re

from workspace.records import App, Channel, SlashCommand, User
from workspace.state import State

_CONTROL = re.compile(r"(<(?:[@#!][^<>]+|https?://[^<>]+)>)")
_WORD = re.compile(r"(?<![\w@/])(?:@(?P<user>[\w.-]+)|#(?P<channel>[\w-]+)|(?P<url>https?://[^\s<>]+))")
_BROADCASTS = {"here", "channel", "everyone"}


def encode(state: State, text: str) -> str:
    """Return typed text as messages carry it; control sequences such as <@U123> that are already there stay."""
    parts = _CONTROL.split(text)
    return "".join(part if index % 2 else _encode_plain(state, part) for index, part in enumerate(parts))


def encode_command_text(state: State, command: SlashCommand, text: str) -> str:
    """Return the text of a slash command: raw, or with mentions as <@U123|ada> where the manifest says should_escape.

    See docs.slack.dev/interactivity/implementing-slash-commands, "Escaping channels, users and links".
    """
    if not command.should_escape:
        return text
    return _WORD.sub(lambda match: _mention(state, match, has_label=True), text)


def user_called(state: State, name: str) -> User | None:
    """Return whom people mean by @name, in whatever case they write it: a handle, or the name of an app."""
    folded = name.casefold()
    bots = {app.name.casefold(): state.users[app.bot_user_id] for app in state.apps.values()}
    return next((user for user in state.users.values() if user.name.casefold() == folded), bots.get(folded))


def _channel_called(state: State, name: str) -> Channel | None:
    folded = name.casefold()
    return next((channel for channel in state.channels.values() if channel.name.casefold() == folded), None)


def _encode_plain(state: State, text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _WORD.sub(lambda match: _mention(state, match, has_label=False), escaped)


def _mention(state: State, match: re.Match[str], *, has_label: bool) -> str:
    if match["url"]:
        return f"<{match['url']}>"
    if match["channel"]:
        named = _channel_called(state, match["channel"])
        return f"<#{named.id}|{named.name}>" if named else match[0]
    handle = match["user"].rstrip(".-")
    rest = match["user"][len(handle) :]
    if handle.lower() in _BROADCASTS:
        return f"<!{handle.lower()}>{rest}"
    user = user_called(state, handle)
    if user is None:
        return match[0]
    return (f"<@{user.id}|{user.name}>" if has_label else f"<@{user.id}>") + rest


def mentions(app: App, text: str) -> bool:
    """Return whether a message's text mentions this app's bot user."""
    return f"<@{app.bot_user_id}>" in text or f"<@{app.bot_user_id}|" in text
