"""How messages come, change and go, for people and apps alike: each step is kept and written to the log."""

from collections.abc import Callable

from workspace.changes import ChangeKind
from workspace.records import JsonObject, Message
from workspace.shapes import message_json
from workspace.state import State


def post(state: State, message: Message) -> Message:
    """Post a message whose ts the caller took from `state.ids.ts()`."""
    _name_blocks(state, message.blocks)
    state.add_message(message)
    kind = ChangeKind.EPHEMERAL_POSTED if message.ephemeral_to else ChangeKind.MESSAGE_POSTED
    _record(state, kind, message, {"message": message_json(state, message)})
    if not message.ephemeral_to and message.thread_ts not in {None, message.ts}:
        _record_reply_on_root(state, message)
    return message


def revise(state: State, message: Message, change: Callable[[Message], None]) -> None:
    """Apply `change` to a message in place and tell everyone what it was before and what it is now."""
    previous = message_json(state, message)
    change(message)
    _name_blocks(state, message.blocks)
    details = {"message": message_json(state, message), "previous_message": previous}
    _record(state, ChangeKind.MESSAGE_CHANGED, message, details)


def delete(state: State, message: Message) -> None:
    """Take a message away, for good."""
    previous = message_json(state, message)
    state.remove_message(message)
    _record(state, ChangeKind.MESSAGE_DELETED, message, {"ts": message.ts, "previous_message": previous})


def react(state: State, message: Message, user_id: str, name: str) -> bool:
    """Add a reaction; False when this user already reacted so."""
    users = message.reactions.setdefault(name, [])
    if user_id in users:
        return False
    users.append(user_id)
    _record_reaction(state, ChangeKind.REACTION_ADDED, message, user_id, name)
    return True


def unreact(state: State, message: Message, user_id: str, name: str) -> bool:
    """Take a reaction back; False when there was none."""
    users = message.reactions.get(name, [])
    if user_id not in users:
        return False
    users.remove(user_id)
    if not users:
        del message.reactions[name]
    _record_reaction(state, ChangeKind.REACTION_REMOVED, message, user_id, name)
    return True


def _record(state: State, kind: ChangeKind, message: Message, details: JsonObject) -> None:
    only_for = frozenset({message.ephemeral_to}) if message.ephemeral_to else None
    state.log.record(kind, details, channel_id=message.channel_id, user_ids=only_for)


def _record_reply_on_root(state: State, reply: Message) -> None:
    """Readers see the thread's count of replies rise; Slack's Events API sends nothing for it."""
    root = state.message(reply.channel_id, reply.thread_ts or "")
    if root:
        _record(state, ChangeKind.THREAD_GREW, root, {"message": message_json(state, root)})


def _record_reaction(state: State, kind: ChangeKind, message: Message, user_id: str, name: str) -> None:
    details = {
        "user": user_id,
        "reaction": name,
        "item": {"type": "message", "channel": message.channel_id, "ts": message.ts},
        "item_user": message.user_id,
        "message": message_json(state, message),
    }
    _record(state, kind, message, details)


def _name_blocks(state: State, blocks: list[JsonObject]) -> None:
    """Give each block without a block_id one of its own, as Slack does."""
    for block in blocks:
        block.setdefault("block_id", state.ids.secret(5))
