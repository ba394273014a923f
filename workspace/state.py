"""The whole workspace in memory: who is there, what was said, which files, views and apps there are."""

from collections import defaultdict
from dataclasses import dataclass, field

from workspace.changes import ChangeLog
from workspace.ids import Ids
from workspace.records import App, Channel, File, JsonObject, Message, Team, User, View


@dataclass(slots=True)
class State:
    """Holds the records and answers the questions that API, people and page all ask.

    Changing it is left to the modules that know the noun (`posting`, `membership`, `sharing`, `modals`), which write
    each change to `log` as well.
    """

    team: Team
    ids: Ids
    base_url: str = ""
    log: ChangeLog = field(default_factory=ChangeLog)
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    apps: dict[str, App] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    modal_stacks: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    home_view_ids: dict[tuple[str, str], str] = field(default_factory=dict)
    thread_statuses: dict[tuple[str, str], JsonObject] = field(default_factory=dict)
    suggested_prompts: dict[tuple[str, str | None], JsonObject] = field(default_factory=dict)
    _messages: dict[str, dict[str, Message]] = field(default_factory=lambda: defaultdict(dict))
    _replies: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    _ephemerals: dict[str, dict[str, Message]] = field(default_factory=lambda: defaultdict(dict))

    @property
    def now(self) -> float:
        """Seconds since 1970 by the workspace's clock."""
        return self.ids.clock()

    def user_named(self, name: str) -> User:
        """Return the user with this handle; KeyError when there is none."""
        for user in self.users.values():
            if user.name == name:
                return user
        raise KeyError(name)

    def channel_named(self, name: str) -> Channel:
        """Return the channel with this name (without #); KeyError when there is none."""
        for channel in self.channels.values():
            if name and channel.name == name:
                return channel
        raise KeyError(name)

    def may_see(self, user_id: str, channel_id: str) -> bool:
        """Members see a channel; everyone but guests and apps' bots sees the public ones."""
        channel = self.channels[channel_id]
        user = self.users[user_id]
        is_open = not (channel.is_private or channel.is_im or user.is_restricted or user.is_bot)
        return is_open or user_id in channel.member_ids

    def add_message(self, message: Message) -> None:
        """Keep a message where it belongs: among the ephemeral ones, or in its channel and thread."""
        if message.ephemeral_to:
            self._ephemerals[message.channel_id][message.ts] = message
            return
        self._messages[message.channel_id][message.ts] = message
        if message.thread_ts and message.thread_ts != message.ts:
            self._replies[message.channel_id, message.thread_ts].append(message.ts)

    def remove_message(self, message: Message) -> None:
        """Forget a message; its replies stay."""
        if message.ephemeral_to:
            del self._ephemerals[message.channel_id][message.ts]
            return
        del self._messages[message.channel_id][message.ts]
        if message.thread_ts and message.thread_ts != message.ts:
            self._replies[message.channel_id, message.thread_ts].remove(message.ts)

    def message(self, channel_id: str, ts: str) -> Message | None:
        """Return the message with this ts in this channel, if it is there."""
        return self._messages[channel_id].get(ts)

    def ephemeral(self, channel_id: str, ts: str, user_id: str) -> Message | None:
        """Return the ephemeral message with this ts that this user sees."""
        message = self._ephemerals[channel_id].get(ts)
        return message if message and message.ephemeral_to == user_id else None

    def messages(self, channel_id: str) -> list[Message]:
        """Return the channel's own messages, oldest first: thread replies only when they were broadcast."""
        return [
            message
            for message in self._messages[channel_id].values()
            if message.thread_ts in {None, message.ts} or message.subtype == "thread_broadcast"
        ]

    def replies(self, channel_id: str, thread_ts: str) -> list[Message]:
        """Return the replies of a thread, oldest first, without the message that began it."""
        return [self._messages[channel_id][ts] for ts in self._replies[channel_id, thread_ts]]

    def ephemerals(self, channel_id: str, user_id: str) -> list[Message]:
        """Return the messages in this channel that only this user sees, oldest first."""
        return [message for message in self._ephemerals[channel_id].values() if message.ephemeral_to == user_id]

    def open_modals(self, user_id: str) -> list[View]:
        """Return the user's stack of modals, the topmost last."""
        return [self.views[view_id] for view_id in self.modal_stacks[user_id]]

    def home_view(self, app_id: str, user_id: str) -> View | None:
        """Return what the app published on this user's App Home."""
        view_id = self.home_view_ids.get((app_id, user_id))
        return self.views[view_id] if view_id else None
