"""Which scope an app needs to hear of an event, or to touch a conversation of a given type.

The scopes are those of Slack's method and event reference as collected in github.com/slack-ruby/slack-api-ref.
"""

from workspace.errors import SlackError
from workspace.records import App, Channel

_EVENT_SCOPES = {
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "app_mention": "app_mentions:read",
    "file_shared": "files:read",
    "file_deleted": "files:read",
    "member_joined_channel": "channels:read",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "app_home_opened": None,
    "app_context_changed": "assistant:write",
    "agent_session_stopped": "chat:write",
}
_CHANNEL_WORDS = {"channel": "channels", "group": "groups", "im": "im"}


def event_scope(name: str) -> str | None:
    """Return the scope that a subscription such as message.im requires, None where it needs none."""
    return _EVENT_SCOPES[name]


def require(app: App, *scopes: str) -> None:
    """Raise missing_scope unless the app has one of `scopes`, with what is needed and what it has."""
    if scopes and not app.scopes.intersection(scopes):
        provided = ",".join(sorted(app.scopes))
        raise SlackError("missing_scope", needed=",".join(scopes), provided=provided)


def require_for_channel(app: App, channel: Channel, ending: str) -> None:
    """Require e.g. channels:history, groups:history or im:history, by the type of the channel."""
    require(app, f"{_CHANNEL_WORDS[channel.type]}:{ending}")
