"""The acts of a person that an app must answer within three seconds: command, click, submission, shortcut."""

from dataclasses import dataclass

from workspace.blocks import inputs
from workspace.blocks.inputs import ActionValue, Placed, Values
from workspace.blocks.submission import faults
from workspace.delivery.delivery import Delivery
from workspace.delivery.envelopes import Envelope, NotAcknowledged
from workspace.errors import SlackError, invalid_arguments
from workspace.interactions import modals, payloads
from workspace.interactions.answers import follow_submission, respond
from workspace.interactions.response_urls import Origin, ResponseUrls
from workspace.interactions.triggers import Triggers
from workspace.records import App, Channel, JsonObject, Message, Shortcut, User, View
from workspace.shapes import file_json
from workspace.state import State
from workspace.typed_text import encode_command_text


@dataclass(frozen=True, slots=True)
class Interactions:
    """Tells an app what a person did and carries out its answer.

    A `NotAcknowledged` from any of these means that the app didn't answer in time; Slack does not try them again.
    """

    state: State
    delivery: Delivery
    triggers: Triggers
    response_urls: ResponseUrls

    async def run_command(self, user: User, channel: Channel, app: App, typed: tuple[str, str]) -> None:
        """Run a slash command, `typed` being its name and the text after it; post what the app answers."""
        name, text = typed
        encoded = encode_command_text(self.state, app.commands[name], text)
        form = payloads.command_form(self.state, app, user, channel, (name, encoded))
        origin = Origin(app.id, user.id, channel.id)
        form["trigger_id"] = self.triggers.issue(app.id, user.id)
        form["response_url"] = self.response_urls.issue(self.state.base_url, origin)
        answer = await self.delivery.ask(app, Envelope("slash_commands", form))
        if answer.get("text") or answer.get("blocks"):
            self._respond(origin, answer)

    async def act_on_message(self, user: User, message: Message, placed: Placed, value: ActionValue | None) -> None:
        """Click a button or choose an option in a message."""
        app = self.state.apps[message.app_id or ""]
        origin = Origin(
            app.id,
            user.id,
            message.channel_id,
            message.ts,
            message.thread_ts,
            is_ephemeral=message.ephemeral_to is not None,
        )
        chosen: Values = {}
        if inputs.initial(placed.element) is not None:
            chosen = {placed.block_id: {placed.action_id: inputs.entered(placed.element, value)}}
        values = inputs.state_values(message.blocks, chosen)
        payload = self._action(app, user, placed, value) | payloads.in_message(self.state, message)
        payload |= {"state": {"values": values}, "response_url": self._response_url(origin)}
        await self.delivery.ask(app, Envelope("interactive", payload))

    async def act_in_view(self, user: User, view: View, placed: Placed, value: ActionValue | None) -> None:
        """Click a button or make a choice in a modal or on the App Home; the choice stays in the view's state."""
        self.enter(view, placed, value)
        app = self.state.apps[view.app_id]
        payload = self._action(app, user, placed, value) | payloads.in_view(self.state, view)
        await self.delivery.ask(app, Envelope("interactive", payload))

    def enter(self, view: View, placed: Placed, value: ActionValue | None) -> None:
        """Write what a person entered into the view's state, without telling the app."""
        if inputs.initial(placed.element) is None:
            return
        entered = inputs.entered(placed.element, value)
        if placed.element["type"] == "file_input":
            entered["files"] = [self._file(file) for file in entered["files"]]
        view.values.setdefault(placed.block_id, {})[placed.action_id] = entered

    def _file(self, file: str | JsonObject) -> JsonObject:
        return file_json(self.state, self.state.files[file]) if isinstance(file, str) else file

    async def submit(self, user: User, view: View) -> dict[str, str]:
        """Submit a modal; return the sentences to show beside its fields, by block_id, if it can't be closed yet."""
        found = faults(view.definition["blocks"], view.values, user.locale)
        if found:
            return found
        app = self.state.apps[view.app_id]
        payload = payloads.interaction(self.state, app, user, "view_submission") | payloads.in_view(self.state, view)
        del payload["container"]
        payload |= {"trigger_id": self.triggers.issue(app.id, user.id), "response_urls": []}
        answer = await self.delivery.ask(app, Envelope("interactive", payload))
        if view.id not in self.state.views:
            return {}
        try:
            return follow_submission(self.state, app, view, answer)
        except SlackError as error:
            raise NotAcknowledged("invalid_answer") from error

    async def close(self, user: User, view: View) -> None:
        """Close the topmost modal, or the whole stack where it asks for clear_on_close, and say so if it wishes."""
        is_cleared = bool(view.definition.get("clear_on_close"))
        app = self.state.apps[view.app_id]
        payload = payloads.interaction(self.state, app, user, "view_closed") | payloads.in_view(self.state, view)
        (modals.close_all if is_cleared else modals.close_top)(self.state, user.id)
        if view.definition.get("notify_on_close"):
            await self.delivery.ask(app, Envelope("interactive", payload | {"is_cleared": is_cleared}))

    async def shortcut(self, user: User, app: App, shortcut: Shortcut, message: Message | None) -> None:
        """Use a global shortcut, or a message shortcut on a message."""
        kind = "message_action" if message else "shortcut"
        payload = payloads.interaction(self.state, app, user, kind)
        payload |= {
            "callback_id": shortcut.callback_id,
            "action_ts": self.state.ids.ts(),
            "trigger_id": self.triggers.issue(app.id, user.id),
        }
        if message:
            payload |= payloads.in_message(self.state, message) | {"message_ts": message.ts}
            payload["response_url"] = self._response_url(Origin(app.id, user.id, message.channel_id))
        await self.delivery.ask(app, Envelope("interactive", payload))

    def _action(self, app: App, user: User, placed: Placed, value: ActionValue | None) -> JsonObject:
        payload = payloads.interaction(self.state, app, user, "block_actions")
        payload["trigger_id"] = self.triggers.issue(app.id, user.id)
        payload["actions"] = [inputs.action(placed, value, self.state.ids.ts())]
        return payload

    def _response_url(self, origin: Origin) -> str:
        return self.response_urls.issue(self.state.base_url, origin)

    def _respond(self, origin: Origin, answer: JsonObject) -> None:
        try:
            respond(self.state, origin, answer)
        except SlackError as error:
            raise NotAcknowledged(error.code) from error


def placed_in(blocks: list[JsonObject], action_id: str, block_id: str | None) -> Placed:
    """Return the element a person means; SlackError when it isn't there (any more)."""
    placed = inputs.find(blocks, action_id, block_id)
    if placed is None:
        raise invalid_arguments(f"there is no element with the action_id {action_id!r}")
    return placed
