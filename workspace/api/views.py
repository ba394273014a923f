"""views.open, push, update and publish."""

from workspace.api.calls import Call, Method
from workspace.blocks.views import check_view
from workspace.errors import SlackError, invalid_arguments
from workspace.interactions import modals
from workspace.limits import Tier
from workspace.records import JsonObject, View
from workspace.shapes import view_json


async def open_view(call: Call) -> JsonObject:
    """Open a modal for the person whose trigger_id it is."""
    definition = _definition(call)
    view = modals.open_view(call.state, call.app, _triggered_by(call), definition)
    return _answer(call, view)


async def push(call: Call) -> JsonObject:
    """Put a modal on top of the one in which the trigger arose."""
    definition = _definition(call)
    view = modals.push_view(call.state, call.app, _triggered_by(call), definition)
    return _answer(call, view)


async def update(call: Call) -> JsonObject:
    """Replace what a view, named by view_id or external_id, shows."""
    definition = _definition(call)
    view = _known(call)
    return _answer(call, modals.update_view(call.state, view, definition, call.arguments.text("hash")))


async def publish(call: Call) -> JsonObject:
    """Show a view on a user's App Home."""
    definition = _definition(call)
    if definition["type"] != "home":
        raise invalid_arguments("must be one of: home [json-pointer:/view/type]")
    user_id = call.user("user_id").id
    known_hash = call.arguments.text("hash")
    return _answer(call, modals.publish_home(call.state, call.app, user_id, definition, known_hash))


def _definition(call: Call) -> JsonObject:
    definition = call.arguments.object("view")
    if definition is None:
        raise invalid_arguments("missing required field: view")
    check_view(definition)
    return definition


def _triggered_by(call: Call) -> str:
    trigger_id = call.arguments.text("trigger_id") or call.arguments.required("interactivity_pointer")
    return call.workspace.interactions.triggers.exchange(call.app.id, trigger_id)


def _known(call: Call) -> View:
    view_id, external_id = call.arguments.text("view_id"), call.arguments.text("external_id")
    for view in call.state.views.values():
        is_meant = view.id == view_id or (external_id and view.definition.get("external_id") == external_id)
        if is_meant and view.app_id == call.app.id:
            return view
    raise SlackError("not_found")


def _answer(call: Call, view: View) -> JsonObject:
    return {"view": view_json(call.state, view)}


METHODS = {
    "views.open": Method(open_view, Tier.T4),
    "views.push": Method(push, Tier.T4),
    "views.update": Method(update, Tier.T4),
    "views.publish": Method(publish, Tier.T4),
}
