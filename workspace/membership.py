"""Who is in which channel: joining, inviting, opening direct messages."""

from workspace.changes import ChangeKind
from workspace.records import Channel
from workspace.shapes import channel_json
from workspace.state import State


def join(state: State, channel: Channel, user_id: str, inviter_id: str | None = None) -> bool:
    """Make a user a member; False when they already were. The app among the members hears of it."""
    if user_id in channel.member_ids:
        return False
    channel.member_ids.append(user_id)
    details = {"user": user_id, "inviter": inviter_id, "channel": channel_json(state, channel, user_id)}
    state.log.record(ChangeKind.MEMBER_JOINED, details, channel_id=channel.id)
    return True


def direct_message(state: State, first_id: str, second_id: str) -> tuple[Channel, bool]:
    """Return the direct message between two users and whether it had to be opened."""
    pair = {first_id, second_id}
    for channel in state.channels.values():
        if channel.is_im and set(channel.member_ids) == pair:
            return channel, False
    channel = Channel(state.ids.make("D"), "", first_id, state.now, sorted(pair), is_im=True)
    state.channels[channel.id] = channel
    details = {"channel": channel_json(state, channel, first_id)}
    state.log.record(ChangeKind.CHANNEL_OPENED, details, channel_id=channel.id)
    return channel, True
