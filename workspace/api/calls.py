"""One call of a Web API method: who calls, with what, and what the method's table entry says about it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from workspace import membership
from workspace.api.arguments import Arguments
from workspace.composition import Workspace
from workspace.errors import SlackError
from workspace.limits import Tier
from workspace.records import App, Channel, JsonObject, Message, User
from workspace.state import State


@dataclass(frozen=True, slots=True)
class Call:
    """A call by an installed app."""

    workspace: Workspace
    app: App
    arguments: Arguments

    @property
    def state(self) -> State:
        """The workspace's state."""
        return self.workspace.state

    def channel(self, name: str = "channel") -> Channel:
        """Return the conversation an argument names, by id or #name, if the app may know of it."""
        wanted = self.arguments.text(name)
        for channel in self.state.channels.values():
            if wanted in {channel.id, channel.name or None, f"#{channel.name}"}:
                is_open = not (channel.is_private or channel.is_im)
                if is_open or self.app.bot_user_id in channel.member_ids:
                    return channel
        raise SlackError("channel_not_found")

    def channel_to_write(self, name: str = "channel") -> Channel:
        """Return a conversation the app is in; a user's id means the direct message with them."""
        wanted = self.arguments.text(name)
        if wanted in self.state.users:
            return membership.direct_message(self.state, self.app.bot_user_id, wanted)[0]
        channel = self.channel(name)
        if self.app.bot_user_id not in channel.member_ids:
            raise SlackError("not_in_channel")
        return channel

    def message(self, channel: Channel, name: str = "ts") -> Message:
        """Return the message an argument names by its ts."""
        message = self.state.message(channel.id, self.arguments.required(name))
        if message is None:
            raise SlackError("message_not_found")
        return message

    def user(self, name: str = "user") -> User:
        """Return the user an argument names by id."""
        user = self.state.users.get(self.arguments.required(name))
        if user is None:
            raise SlackError("user_not_found")
        return user


Handler = Callable[[Call], Awaitable[JsonObject]]


@dataclass(frozen=True, slots=True)
class Method:
    """A method: what carries it out, its rate tier, the scopes of which it needs one, and the kind of token."""

    handler: Handler
    tier: Tier
    scopes: tuple[str, ...] = ()
    is_for_app_token: bool = False
