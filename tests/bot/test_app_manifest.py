"""The manifest asks for what the listeners need, and the listeners take all that the manifest announces."""

import re
from pathlib import Path

import pytest
import yaml

from bot.app import build
from tests.scenarios.conftest import bot_settings
from workspace.running import running_workspace

MANIFEST = Path(__file__).parents[2] / "manifest.yml"

SCOPES_OF_EVENTS = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "file_deleted": {"files:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
}
"""Source: the event pages of https://docs.slack.dev/reference/events (read 2026-11)."""

SCOPES_OF_CALLS = {
    "chat:write": r"chat_(postMessage|postEphemeral|update|startStream|appendStream|stopStream)",
    "files:read": r"files_info",
    "files:write": r"files_upload_v2",
    "users:read": r"users_info",
    "commands": r"\.command\(",
}
"""Source: the method pages of https://docs.slack.dev/reference/methods (read 2026-11)."""


@pytest.fixture(name="manifest")
def _manifest():
    return yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))


@pytest.fixture(name="application")
async def _application(tmp_path):
    async with (
        running_workspace(manifest=MANIFEST) as workspace,
        build(bot_settings(workspace, "http://127.0.0.1:9/v1", tmp_path)) as application,
    ):
        yield application


async def _takes(app, body: dict) -> bool:
    from slack_bolt.async_app import AsyncBoltRequest
    from slack_bolt.response import BoltResponse

    request = AsyncBoltRequest(body=body, mode="socket_mode")
    return any([await one.async_matches(req=request, resp=BoltResponse(status=200)) for one in app._async_listeners])


async def test_every_announced_event_has_a_listener(manifest, application):
    for event in manifest["settings"]["event_subscriptions"]["bot_events"]:
        kind, _, channel = event.partition(".")
        body = {"type": "event_callback", "event": {"type": kind, "channel_type": channel}}
        assert await _takes(application.slack.events, body), event


async def test_every_announced_command_has_a_listener(manifest, application):
    for command in manifest["features"]["slash_commands"]:
        assert await _takes(application.slack.interactions, {"command": command["command"], "text": ""})


async def test_every_announced_shortcut_has_a_listener(manifest, application):
    kinds = {"message": "message_action", "global": "shortcut"}
    for shortcut in manifest["features"]["shortcuts"]:
        used = {"type": kinds[shortcut["type"]], "callback_id": shortcut["callback_id"]}
        assert await _takes(application.slack.interactions, used), shortcut


def test_every_event_that_is_listened_for_is_announced(manifest):
    announced = {event.partition(".")[0] for event in manifest["settings"]["event_subscriptions"]["bot_events"]}
    listened = set(re.findall(r'events\.event\("(\w+)"\)', _source()))

    assert listened == announced


def test_the_scopes_are_those_of_the_events_and_calls_and_no_others(manifest):
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    needed = set().union(*(SCOPES_OF_EVENTS[event] for event in events))
    needed |= {scope for scope, call in SCOPES_OF_CALLS.items() if re.search(call, _source())}

    assert set(manifest["oauth_config"]["scopes"]["bot"]) == needed


async def test_every_button_that_is_shown_has_a_listener(application):
    shown = set(re.findall(r'"((?:jobs|models|datasets|help|welcome)\.[a-z]+)"', _source("blocks")))
    action = {"type": "block_actions", "actions": [{}]}
    unheard = [
        action_id
        for action_id in shown - {"jobs.start", "jobs.changed", "jobs.elsewhere"}
        if not await _takes(
            application.slack.interactions, {**action, "actions": [{"action_id": action_id, "type": "button"}]}
        )
    ]

    assert (len(shown) > 10, unheard) == (True, [])


def _source(folder: str = "") -> str:
    handlers = Path(__file__).parents[2] / "handlers" / folder
    return "\n".join(path.read_text(encoding="utf-8") for path in handlers.rglob("*.py"))
