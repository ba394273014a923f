"""Records in the JSON that Slack's Web API and events use; the page and the people's endpoints read the same."""

from workspace.records import App, Channel, File, JsonObject, Message, Stream, User, View
from workspace.state import State


def message_json(state: State, message: Message) -> JsonObject:
    """Return a message as conversations.history gives it, with `stream` where it was streamed.

    A file_share message has no `team`, as at Slack (github.com/slackapi/slack-api-specs, issue 62).
    """
    shape: JsonObject = {
        "type": "message",
        "user": message.user_id,
        "ts": message.ts,
        "text": message.text,
        **_authorship(state, message),
        **_thread(state, message),
    }
    optional: JsonObject = {
        "subtype": message.subtype,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "files": [file_json(state, state.files[file_id]) for file_id in message.file_ids],
        "client_msg_id": message.client_msg_id,
        "metadata": message.metadata,
        "edited": {"user": message.edited_by, "ts": message.edited_ts} if message.edited_ts else None,
        "reactions": [
            {"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions.items()
        ],
        "stream": stream_json(message.stream) if message.stream else None,
        "is_ephemeral": message.ephemeral_to is not None,
    }
    return shape | {key: value for key, value in optional.items() if value}


def _authorship(state: State, message: Message) -> JsonObject:
    if message.app_id is None:
        return {} if message.subtype == "file_share" else {"team": state.team.id}
    app = state.apps[message.app_id]
    profile = {"id": app.bot_id, "app_id": app.id, "name": app.name, "team_id": state.team.id, "deleted": False}
    return {"team": state.team.id, "bot_id": app.bot_id, "app_id": app.id, "bot_profile": profile}


def _thread(state: State, message: Message) -> JsonObject:
    if message.thread_ts and message.thread_ts != message.ts:
        root = state.message(message.channel_id, message.thread_ts)
        return {"thread_ts": message.thread_ts} | ({"parent_user_id": root.user_id} if root else {})
    replies = state.replies(message.channel_id, message.ts)
    if not replies:
        return {}
    reply_users = list(dict.fromkeys(reply.user_id for reply in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users": reply_users,
        "reply_users_count": len(reply_users),
        "latest_reply": replies[-1].ts,
    }


def stream_json(stream: Stream) -> JsonObject:
    """Return how far a streamed message has come."""
    return {
        "state": stream.state,
        "task_display_mode": stream.task_display_mode,
        "plan_title": stream.plan_title,
        "tasks": list(stream.tasks.values()),
    }


def file_json(state: State, file: File) -> JsonObject:
    """Return a file as files.info gives it; of a deleted one only the tombstone is left."""
    if file.mode == "tombstone":
        return {"id": file.id, "mode": "tombstone", "file_access": "file_not_found"}
    path = f"{state.team.id}-{file.id}"
    private = [share for share in file.shares if state.channels[share].is_private]
    direct = [share for share in file.shares if state.channels[share].is_im]
    public = [share for share in file.shares if share not in {*private, *direct}]
    return {
        "id": file.id,
        "created": int(file.created_at),
        "timestamp": int(file.created_at),
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": file.filetype,
        "pretty_type": file.filetype.upper(),
        "user": file.user_id,
        "user_team": state.team.id,
        "editable": file.mode == "snippet",
        "size": file.size_bytes,
        "mode": file.mode,
        "is_external": False,
        "external_type": "",
        "is_public": bool(public),
        "public_url_shared": False,
        "url_private": f"{state.base_url}/files-pri/{path}/{file.name}",
        "url_private_download": f"{state.base_url}/files-pri/{path}/download/{file.name}",
        "permalink": f"{state.base_url}/files/{file.user_id}/{file.id}/{file.name}",
        "has_rich_preview": False,
        **({"preview": file.preview} if file.preview else {}),
        "file_access": "visible",
        "channels": public,
        "groups": private,
        "ims": direct,
        "shares": {
            "public": {share: [{"ts": ts} for ts in file.shares[share]] for share in public},
            "private": {share: [{"ts": ts} for ts in file.shares[share]] for share in (*private, *direct)},
        },
    }


def channel_json(state: State, channel: Channel, viewer_id: str) -> JsonObject:
    """Return a conversation as conversations.info gives it to this viewer; of a direct message the other's id."""
    shape: JsonObject = {
        "id": channel.id,
        "created": int(channel.created_at),
        "creator": channel.creator_id,
        "context_team_id": state.team.id,
        "is_channel": channel.type == "channel",
        "is_group": channel.type == "group",
        "is_im": channel.is_im,
        "is_mpim": False,
        "is_private": channel.is_private or channel.is_im,
        "is_archived": False,
        "is_member": viewer_id in channel.member_ids,
    }
    if channel.is_im:
        others = [member_id for member_id in channel.member_ids if member_id != viewer_id]
        return shape | {"user": others[0] if others else viewer_id, "is_open": True}
    return shape | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_general": channel.name == "general",
        "num_members": len(channel.member_ids),
    }


def user_json(state: State, user: User, *, include_locale: bool = False) -> JsonObject:
    """Return a user as users.info gives them; the locale only when asked for."""
    shape: JsonObject = {
        "id": user.id,
        "team_id": state.team.id,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": False,
        "tz": user.timezone,
        "is_admin": user.is_admin,
        "is_owner": user.is_owner,
        "is_primary_owner": user.is_owner,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "profile": {
            "real_name": user.real_name,
            "display_name": user.name,
            "team": state.team.id,
            **({"bot_id": user.bot_id, "api_app_id": user.app_id} if user.is_bot else {}),
        },
    }
    return shape | ({"locale": user.locale} if include_locale else {})


def view_json(state: State, view: View) -> JsonObject:
    """Return a view as views.open answers it and as interactions carry it."""
    app = state.apps[view.app_id]
    definition = view.definition
    return {
        "id": view.id,
        "team_id": state.team.id,
        "app_id": app.id,
        "app_installed_team_id": state.team.id,
        "bot_id": app.bot_id,
        "type": definition["type"],
        "title": definition.get("title"),
        "close": definition.get("close"),
        "submit": definition.get("submit"),
        "blocks": definition["blocks"],
        "private_metadata": definition.get("private_metadata", ""),
        "callback_id": definition.get("callback_id", ""),
        "external_id": definition.get("external_id", ""),
        "clear_on_close": definition.get("clear_on_close", False),
        "notify_on_close": definition.get("notify_on_close", False),
        "state": {"values": view.values},
        "hash": view.hash,
        "root_view_id": view.root_view_id,
        "previous_view_id": view.previous_view_id,
    }


def app_json(state: State, app: App) -> JsonObject:
    """Return what people may know of an app: its name, commands and shortcuts."""
    return {
        "id": app.id,
        "name": app.name,
        "bot_user_id": app.bot_user_id,
        "commands": [
            {"name": command.name, "description": command.description, "usage_hint": command.usage_hint}
            for command in app.commands.values()
        ],
        "shortcuts": [
            {"name": shortcut.name, "type": shortcut.type, "callback_id": shortcut.callback_id}
            for shortcut in app.shortcuts
        ],
        "team_id": state.team.id,
    }
