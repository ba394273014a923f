"""What a person can do in the workspace: the page, the demo's tour and tests act through this, never with a token."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from workspace import membership, posting, sharing, streams
from workspace.blocks.inputs import ActionValue, Values
from workspace.changes import ChangeKind
from workspace.delivery.envelopes import NotAcknowledged
from workspace.errors import SlackError
from workspace.file_bytes import FileBytes
from workspace.interactions.interactions import Interactions, placed_in
from workspace.reading import Reader
from workspace.records import App, File, Message, Shortcut
from workspace.sentences import say
from workspace.typed_text import encode, user_called

# Slack's client offers to make a snippet of more than 4,000 characters (slack.com/help, "Create or paste text").
MAX_TYPED_CHARACTERS = 4000
_TIMEOUTS = {"timeout", "http_timeout"}


@dataclass(frozen=True, slots=True)
class CommandResult:
    """Whether an app took a command; if not, the sentence that the person sees, in their language."""

    ok: bool
    error: str | None = None


class AppTrouble(Exception):
    """The app did not answer a click or a submission properly; `str()` is what the person sees."""


@dataclass(frozen=True, slots=True)
class Person(Reader):
    """One person at the keyboard.

    What they may not do is refused with Slack's error code, as SlackError; where an app fails to answer a click or a
    submission in time, AppTrouble says what the person reads.
    """

    file_bytes: FileBytes
    interactions: Interactions

    async def post(self, channel_id: str, text: str, thread_ts: str | None = None) -> Message:
        """Post a message as typed: @name and #channel become mentions, long text a snippet."""
        if len(text) > MAX_TYPED_CHARACTERS:
            return await self.share_file(channel_id, "Untitled.txt", text.encode(), thread_ts=thread_ts)
        return posting.post(self.state, self._message(channel_id, text, thread_ts))

    async def share_file(
        self,
        channel_id: str,
        filename: str,
        content: bytes,
        text: str = "",
        thread_ts: str | None = None,
    ) -> Message:
        """Drop a file into a conversation, with a message."""
        message = self._message(channel_id, text, thread_ts)
        return sharing.share(self.state, message, [await self.upload(filename, content)])

    async def upload(self, filename: str, content: bytes) -> File:
        """Upload a file that is shared nowhere yet, as a file_input of a modal takes it."""
        file = sharing.describe(self.state, self.user.id, filename, len(content))
        file.preview = sharing.preview(file, content)
        await self.file_bytes.write_all(file.id, content)
        return file

    async def read_file(self, file_id: str) -> bytes:
        """Return the bytes of a file this person may see."""
        return await self.file_bytes.read(self.file(file_id).id)

    async def delete_file(self, file_id: str) -> None:
        """Delete one's own file; admins delete anyone's."""
        file = self.file(file_id)
        if file.user_id != self.user.id and not self.user.is_admin:
            raise SlackError("cant_delete_file")
        self.file_bytes.remove(file.id)
        sharing.forget(self.state, file)

    async def edit(self, channel_id: str, ts: str, text: str) -> Message:
        """Change the text of one's own message."""
        message = self._own_message(channel_id, ts)
        encoded, edited_ts = encode(self.state, text), self.state.ids.ts()

        def change(message: Message) -> None:
            message.text, message.edited_ts, message.edited_by = encoded, edited_ts, self.user.id

        posting.revise(self.state, message, change)
        return message

    async def delete(self, channel_id: str, ts: str) -> None:
        """Delete one's own message."""
        posting.delete(self.state, self._own_message(channel_id, ts))

    async def react(self, channel_id: str, ts: str, name: str) -> None:
        """Add a reaction such as `thumbsup`; a second time it is taken back."""
        message = self.message(channel_id, ts)
        if not posting.react(self.state, message, self.user.id, name):
            posting.unreact(self.state, message, self.user.id, name)

    async def command(self, channel_id: str, command: str, text: str = "") -> CommandResult:
        """Run a slash command, /invite among them. There is no way to run one inside a thread, as at Slack."""
        channel = self.channel(channel_id)
        if command == "/invite":
            return await self._invite_command(channel_id, text)
        app = next((app for app in self.state.apps.values() if command in app.commands), None)
        if app is None:
            return CommandResult(ok=False, error=say("invalid_command", self.user.locale, command=command))
        try:
            await self.interactions.run_command(self.user, channel, app, (command, text))
        except NotAcknowledged as failure:
            code = "operation_timeout" if failure.reason in _TIMEOUTS else "dispatch_failed"
            return CommandResult(ok=False, error=say("command_failed", self.user.locale, command=command, error=code))
        return CommandResult(ok=True)

    async def click(
        self,
        message_ts: str,
        channel_id: str,
        action_id: str,
        value: ActionValue | None = None,
        block_id: str | None = None,
    ) -> None:
        """Click a button or choose a value in a message, seen by all or only by this person."""
        ephemeral = self.state.ephemeral(channel_id, message_ts, self.user.id)
        message = ephemeral or self.message(channel_id, message_ts)
        placed = placed_in(message.blocks, action_id, block_id)
        with self._app_answering():
            await self.interactions.act_on_message(self.user, message, placed, value)

    async def click_in_view(
        self,
        view_id: str,
        action_id: str,
        value: ActionValue | None = None,
        block_id: str | None = None,
    ) -> None:
        """Click a button or choose a value in a modal or on the App Home."""
        view = self.view(view_id)
        placed = placed_in(view.definition["blocks"], action_id, block_id)
        with self._app_answering():
            await self.interactions.act_in_view(self.user, view, placed, value)

    def fill_view(self, view_id: str, values: dict[str, dict[str, ActionValue | None]]) -> Values:
        """Enter values, by block_id and action_id, that the app hears of with the next click or submission."""
        view = self.view(view_id)
        for block_id, entered in values.items():
            for action_id, value in entered.items():
                placed = placed_in(view.definition["blocks"], action_id, block_id)
                self.interactions.enter(view, placed, value)
        return view.values

    async def submit_view(
        self, view_id: str, values: dict[str, dict[str, ActionValue | None]] | None = None
    ) -> dict[str, str]:
        """Enter the values and submit the modal; return the sentence for each field that can't stay so, by block_id."""
        self.fill_view(view_id, values or {})
        with self._app_answering():
            return await self.interactions.submit(self.user, self.view(view_id))

    async def close_view(self, view_id: str) -> None:
        """Close the topmost modal; whether the app hears of it or not, it is closed."""
        view = self.view(view_id)
        try:
            await self.interactions.close(self.user, view)
        except NotAcknowledged:
            return  # Slack shows nothing to a person who has closed a view.

    async def use_shortcut(self, callback_id: str, channel_id: str | None = None, ts: str | None = None) -> None:
        """Use a global shortcut, or with a channel and ts a message shortcut."""
        message = self.message(channel_id, ts) if channel_id and ts else None
        app, shortcut = self._shortcut(callback_id, "message" if message else "global")
        with self._app_answering():
            await self.interactions.shortcut(self.user, app, shortcut, message)

    async def stop_stream(self, channel_id: str, ts: str) -> None:
        """Press Stop on a message that is being streamed."""
        message = self.message(channel_id, ts)
        streams.require_open(self.state, message)
        streams.end(self.state, message, "stopped_by_user")
        details = {"user": self.user.id, "thread_ts": message.thread_ts, "streaming_message_ts": [ts]}
        self.state.log.record(ChangeKind.STREAM_STOPPED, details, channel_id=channel_id)

    async def open_dm(self, user_id: str) -> str:
        """Open the direct message with someone (or with an app's bot) and return its channel id."""
        if user_id not in self.state.users:
            raise SlackError("user_not_found")
        channel, _ = membership.direct_message(self.state, self.user.id, user_id)
        return channel.id

    async def open_home(self, app_id: str | None = None, tab: str = "home") -> None:
        """Open an app's Home (or `messages`) tab; the app hears app_home_opened."""
        app = self.state.apps[app_id] if app_id else self.apps()[0]
        channel, _ = membership.direct_message(self.state, self.user.id, app.bot_user_id)
        details = {"app_id": app.id, "user": self.user.id, "channel": channel.id, "tab": tab}
        self.state.log.record(ChangeKind.HOME_OPENED, details, user_ids=frozenset({self.user.id}))

    async def invite(self, channel_id: str, user_id: str) -> None:
        """Invite someone, or an app's bot, to a channel one is in; SlackError when they are there already."""
        channel = self.channel(channel_id)
        if user_id not in self.state.users:
            raise SlackError("user_not_found")
        if channel.is_im:
            raise SlackError("method_not_supported_for_channel_type")
        if not membership.join(self.state, channel, user_id, self.user.id):
            raise SlackError("already_in_channel")

    async def _invite_command(self, channel_id: str, text: str) -> CommandResult:
        name = text.strip().removeprefix("@")
        invited = self.state.users.get(name.removeprefix("<@").removesuffix(">")) or user_called(self.state, name)
        if invited is None:
            return CommandResult(ok=False, error=say("invite_whom", self.user.locale))
        try:
            await self.invite(channel_id, invited.id)
        except SlackError:
            return CommandResult(ok=False, error=say("already_in_channel", self.user.locale, name=invited.name))
        return CommandResult(ok=True)

    def _message(self, channel_id: str, text: str, thread_ts: str | None) -> Message:
        """Draft a message; writing into a public channel makes one a member of it."""
        channel = self.channel(channel_id)
        if thread_ts:
            self.message(channel_id, thread_ts)
        membership.join(self.state, channel, self.user.id)
        ids = self.state.ids
        return Message(
            channel_id, ids.ts(), self.user.id, encode(self.state, text), thread_ts, client_msg_id=ids.uuid()
        )

    def _own_message(self, channel_id: str, ts: str) -> Message:
        message = self.message(channel_id, ts)
        if message.user_id != self.user.id:
            raise SlackError("cant_update_message")
        return message

    def _shortcut(self, callback_id: str, kind: str) -> tuple[App, Shortcut]:
        for app in self.apps():
            for shortcut in app.shortcuts:
                if (shortcut.callback_id, shortcut.type) == (callback_id, kind):
                    return app, shortcut
        raise SlackError("shortcut_not_found")

    @contextmanager
    def _app_answering(self) -> Iterator[None]:
        try:
            yield
        except NotAcknowledged as failure:
            raise AppTrouble(say("trouble_connecting", self.user.locale)) from failure
