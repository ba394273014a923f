"""Carrying out what an app answers: messages for a command or a response_url, and responses to a submitted modal."""

from workspace import posting
from workspace.blocks.check import check_message_blocks
from workspace.blocks.views import check_view
from workspace.errors import SlackError, invalid_arguments
from workspace.interactions import modals
from workspace.interactions.response_urls import Origin
from workspace.records import App, JsonObject, Message, View
from workspace.state import State


def respond(state: State, origin: Origin, answer: JsonObject) -> None:
    """Post, replace or delete the message that an answer to a response_url (or to a command) asks for.

    Without `response_type: in_channel` only the person who acted sees it.
    """
    blocks = answer.get("blocks") or []
    check_message_blocks(blocks)
    target = _clicked(state, origin)
    if target and answer.get("delete_original"):
        posting.delete(state, target)
    elif target and answer.get("replace_original"):
        posting.revise(state, target, lambda message: _replace(message, answer))
    elif answer.get("text") or blocks:
        posting.post(state, _new_message(state, origin, answer))
    else:
        raise SlackError("no_text")


def _clicked(state: State, origin: Origin) -> Message | None:
    if origin.message_ts is None:
        return None
    if origin.is_ephemeral:
        return state.ephemeral(origin.channel_id, origin.message_ts, origin.user_id)
    return state.message(origin.channel_id, origin.message_ts)


def _replace(message: Message, answer: JsonObject) -> None:
    message.text = answer.get("text", "")
    message.blocks = answer.get("blocks") or []


def _new_message(state: State, origin: Origin, answer: JsonObject) -> Message:
    app = state.apps[origin.app_id]
    is_public = answer.get("response_type") == "in_channel"
    return Message(
        channel_id=origin.channel_id,
        ts=state.ids.ts(),
        user_id=app.bot_user_id,
        text=answer.get("text", ""),
        thread_ts=answer.get("thread_ts") or origin.thread_ts,
        blocks=answer.get("blocks") or [],
        app_id=app.id,
        ephemeral_to=None if is_public else origin.user_id,
    )


def follow_submission(state: State, app: App, view: View, answer: JsonObject) -> dict[str, str]:
    """Do what the acknowledgement of a view_submission says; return the errors to show, by block_id.

    See docs.slack.dev/surfaces/modals: no response_action closes the topmost view.
    """
    match answer.get("response_action"):
        case None:
            modals.close_top(state, view.user_id)
        case "clear":
            modals.close_all(state, view.user_id)
        case "update":
            modals.update_view(state, view, _view(answer))
        case "push":
            modals.push_view(state, app, view.user_id, _view(answer))
        case "errors":
            return _known_errors(view, _given(answer.get("errors")))
        case unknown:
            raise invalid_arguments(f"unknown response_action: {unknown}")
    return {}


def _given(part: object) -> JsonObject:
    if not isinstance(part, dict) or not part:
        raise invalid_arguments("response_action lacks its view or errors")
    return part


def _view(answer: JsonObject) -> JsonObject:
    definition = _given(answer.get("view"))
    check_view(definition)
    return definition


def _known_errors(view: View, errors: JsonObject) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.definition["blocks"] if block["type"] == "input"}
    unknown = set(errors) - inputs
    if unknown:
        raise invalid_arguments(f"errors name blocks that are no inputs of the view: {sorted(unknown)}")
    return {str(block_id): str(text) for block_id, text in errors.items()}
