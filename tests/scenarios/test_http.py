"""The same bot, reached by signed HTTP requests instead of Socket Mode."""

import asyncio
import hashlib
import hmac
import json
import socket
import time
from pathlib import Path

import aiohttp
import pytest
import yaml

from bot.app import build
from bot.app_manifest import full_manifest, reached_at
from tests.scenarios.conftest import ROOT, bot_settings
from tests.scenarios.watching import Watcher
from workspace.composition import Settings as WorkspaceSettings
from workspace.running import running_workspace

MARV = (Path(ROOT) / "examples" / "marv.jsonl").read_bytes()


@pytest.fixture(name="http")
async def _http(trainer_url, tmp_path):
    """A workspace that delivers to the bot's address, and the bot at it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    async with running_workspace(
        manifest=yaml.safe_load(reached_at(full_manifest(), f"{address}/slack/events")),
        settings=WorkspaceSettings(limits_scale=10),
    ) as workspace:
        settings = bot_settings(workspace, trainer_url, tmp_path, requested_transport="http", port=port)
        stop = asyncio.Event()
        async with build(settings) as application, asyncio.TaskGroup() as group:
            group.create_task(application.run(stop))
            await application.ready.wait()
            yield workspace, address
            stop.set()


async def test_a_file_is_answered_and_a_command_too(http):
    workspace, _ = http
    ada = workspace.person("ada")
    dm = await ada.open_dm(workspace.credentials.bot_user_id)
    dropped = await ada.share_file(dm, "marv.jsonl", MARV)
    report = await Watcher(ada).reply(dm, dropped.ts, "*Ready:*")
    await ada.click(report.ts, dm, "jobs.start")
    assert await ada.submit_view((await Watcher(ada).form()).id) == {}
    await Watcher(ada).reply(dm, dropped.ts, "*marv* is ready")
    await ada.command(dm, "/finetune", "jobs")

    await Watcher(ada).ephemeral(dm, "*1 job*")


async def test_health_and_metrics_tell_operators_what_waits(http):
    _, address = http
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{address}/health") as health:
            assert (health.status, (await health.json())["status"]) == (200, "ok")
        async with session.get(f"{address}/metrics") as metrics:
            assert "tunesmith_inbox_waiting 0.0" in await metrics.text()


def _signed(secret: str, body: bytes, timestamp: str) -> dict[str, str]:
    signature = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={signature}",
    }


@pytest.mark.parametrize(
    "spoiled",
    [
        pytest.param({"X-Slack-Request-Timestamp": "yesterday"}, id="a timestamp that is no number"),
        pytest.param({"X-Slack-Signature": "v0=é"}, id="a signature that isn't ASCII"),
        pytest.param({"X-Slack-Signature": "v0=" + "0" * 64}, id="another signature"),
        pytest.param({"X-Slack-Request-Timestamp": "1"}, id="a request of long ago"),
    ],
)
async def test_what_slack_has_not_signed_is_refused_and_never_a_fault_of_ours(http, spoiled):
    workspace, address = http
    body = json.dumps({"type": "event_callback", "event_id": "Ev1", "event": {"type": "message"}}).encode()
    headers = _signed(workspace.credentials.signing_secret, body, str(int(time.time()))) | spoiled
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{address}/slack/events", data=body, headers=headers) as answer,
    ):
        assert answer.status == 401


async def test_the_same_message_delivered_again_is_acknowledged_and_answered_once(http):
    workspace, address = http
    ada = workspace.person("ada")
    dm = await ada.open_dm(workspace.credentials.bot_user_id)
    asked = await ada.post(dm, "jobs")
    event = {
        "type": "message",
        "channel": dm,
        "channel_type": "im",
        "user": ada.user.id,
        "text": "jobs",
        "ts": asked.ts,
    }
    async with aiohttp.ClientSession() as session:
        for event_id in ("Ev1", "Ev1", "Ev2"):
            envelope = {
                "type": "event_callback",
                "api_app_id": workspace.app.id,
                "team_id": workspace.credentials.team_id,
                "event_id": event_id,
                "event": event,
            }
            body = json.dumps(envelope).encode()
            headers = _signed(workspace.credentials.signing_secret, body, str(int(time.time())))
            async with session.post(f"{address}/slack/events", data=body, headers=headers) as answer:
                assert answer.status == 200
    # Events are handled side by side: without this the later question may be answered first.
    await Watcher(ada).reply(dm, asked.ts, "No jobs yet")
    later = await ada.post(dm, "models")
    await Watcher(ada).reply(dm, later.ts, "No tuned models yet")

    assert len(ada.replies(dm, asked.ts)[1:]) == 1


async def test_in_socket_mode_a_key_opens_the_check_at_an_address_of_its_own(workspace, trainer_url, tmp_path):
    settings = bot_settings(workspace, trainer_url, tmp_path, api_key="k" * 20, port=0)
    headers = {"Authorization": f"Bearer {'k' * 20}", "Content-Type": "text/plain"}
    stop = asyncio.Event()
    async with build(settings) as application, asyncio.TaskGroup() as group:
        group.create_task(application.run(stop))
        await application.ready.wait()
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{application.api_address}/check", data=MARV, headers=headers) as answer,
        ):
            told = await answer.json()
        stop.set()

    assert (application.address, told["examples"], told["is_ready"]) == ("Socket Mode", 64, True)
