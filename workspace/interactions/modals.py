"""Views as apps open, push, update and publish them and as people close them."""

from workspace.blocks.inputs import state_values
from workspace.changes import ChangeKind
from workspace.errors import SlackError
from workspace.records import App, JsonObject, View
from workspace.shapes import view_json
from workspace.state import State

MAX_STACK = 3  # docs.slack.dev/surfaces/modals: "up to 3 views at a time".


def open_view(state: State, app: App, user_id: str, definition: JsonObject) -> View:
    """Open a modal as the only one of its stack."""
    view = _make(state, app, user_id, definition)
    _drop(state, state.modal_stacks.pop(user_id, []))
    return _put_on_top(state, view)


def push_view(state: State, app: App, user_id: str, definition: JsonObject) -> View:
    """Put a modal on top of the user's stack; raises push_limit_reached above three."""
    stack = state.modal_stacks[user_id]
    if not stack:
        raise SlackError("not_found")
    if len(stack) >= MAX_STACK:
        raise SlackError("push_limit_reached")
    view = _make(state, app, user_id, definition)
    view.root_view_id = stack[0]
    view.previous_view_id = stack[-1]
    return _put_on_top(state, view)


def update_view(state: State, view: View, definition: JsonObject, known_hash: str | None = None) -> View:
    """Replace what a view shows; what the person entered stays where block_id and action_id stay."""
    if known_hash is not None and known_hash != view.hash:
        raise SlackError("hash_conflict")
    _define(state, view, definition)
    kind = ChangeKind.VIEW_UPDATED if view.is_modal else ChangeKind.HOME_PUBLISHED
    _record(state, kind, view)
    return view


def publish_home(state: State, app: App, user_id: str, definition: JsonObject, known_hash: str | None) -> View:
    """Show a view on the user's App Home, in place of the one before."""
    before = state.home_view(app.id, user_id)
    if before:
        return update_view(state, before, definition, known_hash)
    view = _make(state, app, user_id, definition)
    state.views[view.id] = view
    state.home_view_ids[app.id, user_id] = view.id
    _record(state, ChangeKind.HOME_PUBLISHED, view)
    return view


def close_top(state: State, user_id: str) -> None:
    """Take the topmost modal away; the one below shows again."""
    _drop(state, [state.modal_stacks[user_id].pop()])


def close_all(state: State, user_id: str) -> None:
    """Take the user's whole stack of modals away."""
    _drop(state, state.modal_stacks.pop(user_id, []))


def _make(state: State, app: App, user_id: str, definition: JsonObject) -> View:
    external_id = definition.get("external_id")
    if external_id and any(view.definition.get("external_id") == external_id for view in state.views.values()):
        raise SlackError("duplicate_external_id")
    view_id = state.ids.make("V")
    view = View(view_id, app.id, user_id, definition, "", view_id)
    _define(state, view, definition)
    return view


def _define(state: State, view: View, definition: JsonObject) -> None:
    for block in definition["blocks"]:
        block.setdefault("block_id", state.ids.secret(5))
    view.definition = definition
    view.hash = f"{int(state.now)}.{state.ids.secret(8)}"
    view.values = state_values(definition["blocks"], view.values)


def _put_on_top(state: State, view: View) -> View:
    state.views[view.id] = view
    state.modal_stacks[view.user_id].append(view.id)
    _record(state, ChangeKind.VIEW_OPENED, view)
    return view


def _drop(state: State, view_ids: list[str]) -> None:
    for view_id in view_ids:
        view = state.views.pop(view_id)
        _record(state, ChangeKind.VIEW_CLOSED, view)


def _record(state: State, kind: ChangeKind, view: View) -> None:
    state.log.record(kind, {"view": view_json(state, view)}, user_ids=frozenset({view.user_id}))
