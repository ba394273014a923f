"""auth.test, team.info and apps.connections.open: who am I, and how do I connect."""

from workspace.api.calls import Call, Method
from workspace.limits import Tier
from workspace.records import JsonObject


async def auth_test(call: Call) -> JsonObject:
    """Say whose token it is."""
    team, app = call.state.team, call.app
    return {
        "url": f"{call.state.base_url}/",
        "team": team.name,
        "team_id": team.id,
        "user": call.state.users[app.bot_user_id].name,
        "user_id": app.bot_user_id,
        "bot_id": app.bot_id,
        "is_enterprise_install": False,
    }


async def team_info(call: Call) -> JsonObject:
    """Describe the workspace."""
    team = call.state.team
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "icon": {}}}


async def open_connection(call: Call) -> JsonObject:
    """Return a WebSocket URL for Socket Mode that works once."""
    ticket = call.workspace.sockets.ticket(call.app)
    socket_base = call.state.base_url.replace("http", "ws", 1)
    return {"url": f"{socket_base}/link/?ticket={ticket}&app_id={call.app.id}"}


METHODS = {
    "auth.test": Method(auth_test, Tier.SPECIAL),
    "team.info": Method(team_info, Tier.T3, ("team:read",)),
    "apps.connections.open": Method(open_connection, Tier.T3, is_for_app_token=True),
}
