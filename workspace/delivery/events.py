"""Which events of the Events API a change in the workspace is, for one app: subscribed, permitted and within reach."""

from collections.abc import Callable

from workspace.changes import Change, ChangeKind
from workspace.records import App, JsonObject
from workspace.scopes import event_scope
from workspace.state import State
from workspace.typed_text import mentions


def events_of(state: State, app: App, change: Change) -> list[JsonObject]:
    """Return the events that this app receives for a change, none for what it may not know."""
    translate = _TRANSLATIONS.get(change.kind)
    if translate is None or not _reaches(state, app, change):
        return []
    return [
        event
        for name, event in translate(state, app, change)
        if name in app.events and event_scope(name) in {None, *app.scopes}
    ]


Named = list[tuple[str, JsonObject]]  # The subscription's name (message.im) and the event (type message).


def _reaches(state: State, app: App, change: Change) -> bool:
    if change.kind is ChangeKind.HOME_OPENED:
        return bool(change.details["app_id"] == app.id)
    return change.channel_id is not None and app.bot_user_id in state.channels[change.channel_id].member_ids


def _posted(state: State, app: App, change: Change) -> Named:
    channel = state.channels[change.channel_id or ""]
    message: JsonObject = change.details["message"]
    place = {"channel": channel.id, "event_ts": message["ts"]}
    event = message | place | {"channel_type": channel.type}
    events: Named = [(_message_name(channel.type), event)]
    is_mention = mentions(app, message["text"]) and message["user"] != app.bot_user_id
    if is_mention and not channel.is_im:
        plain = {key: value for key, value in message.items() if key != "subtype"}
        events.append(("app_mention", plain | place | {"type": "app_mention"}))
    return events


def _changed(state: State, app: App, change: Change) -> Named:
    del app
    details = {key: change.details[key] for key in ("message", "previous_message")}
    return [_hidden(state, change, "message_changed", details)]


def _deleted(state: State, app: App, change: Change) -> Named:
    del app
    details = {"deleted_ts": change.details["ts"], "previous_message": change.details["previous_message"]}
    return [_hidden(state, change, "message_deleted", details)]


def _hidden(state: State, change: Change, subtype: str, details: JsonObject) -> tuple[str, JsonObject]:
    channel = state.channels[change.channel_id or ""]
    ts = state.ids.ts()
    event: JsonObject = {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": channel.id,
        "ts": ts,
        "event_ts": ts,
    }
    return _message_name(channel.type), event | {"channel_type": channel.type} | details


def _message_name(channel_type: str) -> str:
    return {"channel": "message.channels", "group": "message.groups", "im": "message.im"}[channel_type]


def _file(name: str) -> Callable[[State, App, Change], Named]:
    def translate(state: State, app: App, change: Change) -> Named:
        del app
        file_id = change.details["file"]["id"]
        event: JsonObject = {"type": name, "file_id": file_id, "event_ts": state.ids.ts()}
        if name == "file_shared":
            event |= {"user_id": change.details["user"], "file": {"id": file_id}, "channel_id": change.channel_id}
        return [(name, event)]

    return translate


def _member_joined(state: State, app: App, change: Change) -> Named:
    del app
    channel = state.channels[change.channel_id or ""]
    event: JsonObject = {
        "type": "member_joined_channel",
        "user": change.details["user"],
        "channel": channel.id,
        "channel_type": "G" if channel.is_private else "C",
        "team": state.team.id,
        "event_ts": state.ids.ts(),
    }
    if change.details["inviter"]:
        event["inviter"] = change.details["inviter"]
    return [("member_joined_channel", event)]


def _reaction(name: str) -> Callable[[State, App, Change], Named]:
    def translate(state: State, app: App, change: Change) -> Named:
        del app
        kept = {key: change.details[key] for key in ("user", "reaction", "item", "item_user")}
        return [(name, {"type": name, "event_ts": state.ids.ts(), **kept})]

    return translate


def _home_opened(state: State, app: App, change: Change) -> Named:
    del app
    event: JsonObject = {"type": "app_home_opened", "event_ts": state.ids.ts()}
    event |= {key: change.details[key] for key in ("user", "channel", "tab", "view") if key in change.details}
    return [("app_home_opened", event)]


def _stream_stopped(state: State, app: App, change: Change) -> Named:
    del app
    kept = {key: change.details[key] for key in ("user", "thread_ts", "streaming_message_ts")}
    event: JsonObject = {
        "type": "agent_session_stopped",
        "channel": change.channel_id,
        "event_ts": state.ids.ts(),
        **kept,
    }
    return [("agent_session_stopped", event)]


_TRANSLATIONS: dict[ChangeKind, Callable[[State, App, Change], Named]] = {
    ChangeKind.MESSAGE_POSTED: _posted,
    ChangeKind.MESSAGE_CHANGED: _changed,
    ChangeKind.MESSAGE_DELETED: _deleted,
    ChangeKind.FILE_SHARED: _file("file_shared"),
    ChangeKind.FILE_DELETED: _file("file_deleted"),
    ChangeKind.MEMBER_JOINED: _member_joined,
    ChangeKind.REACTION_ADDED: _reaction("reaction_added"),
    ChangeKind.REACTION_REMOVED: _reaction("reaction_removed"),
    ChangeKind.HOME_OPENED: _home_opened,
    ChangeKind.STREAM_STOPPED: _stream_stopped,
}
