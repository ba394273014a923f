"""Events as a Bolt app and a bare WebSocket receive them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from workspace.delivery.sockets import MAX_SOCKETS
from workspace.running import RunningWorkspace, running_workspace

Receive = Callable[[], Awaitable[dict[str, Any]]]


@pytest.fixture(name="receive")
async def _receive(workspace: RunningWorkspace) -> AsyncIterator[Receive]:
    """Acknowledges and returns the next event that arrives over a bare WebSocket."""
    async with aiohttp.ClientSession() as session, session.ws_connect(await _socket_url(workspace)) as socket:
        assert (await socket.receive_json())["type"] == "hello"

        async def receive() -> dict[str, Any]:
            envelope = await asyncio.wait_for(socket.receive_json(), 5)
            await socket.send_json({"envelope_id": envelope["envelope_id"]})
            return envelope["payload"]

        yield receive


async def _socket_url(workspace: RunningWorkspace) -> str:
    client = AsyncWebClient(base_url=workspace.api_url)
    return (await client.apps_connections_open(app_token=workspace.credentials.app_token))["url"]


async def test_a_message_reaches_a_bolt_app_and_its_answer_reaches_the_person(
    workspace: RunningWorkspace, app: AsyncApp, connected, general: str
):
    answered = asyncio.Event()

    @app.event("message")
    async def answer(event, say):
        await say(text=f"You said {event['text']}", thread_ts=event["ts"])
        answered.set()

    async with connected():
        ada = workspace.person("ada")
        message = await ada.post(general, "hello")
        await asyncio.wait_for(answered.wait(), 5)

    assert [reply.text for reply in ada.replies(general, message.ts)] == ["hello", "You said hello"]


async def test_an_event_carries_what_slack_sends_with_it(workspace: RunningWorkspace, receive: Receive, direct: str):
    ada = workspace.person("ada")
    message = await ada.post(direct, "a < b & c, @bo")

    payload = await receive()

    assert payload["type"] == "event_callback"
    assert payload["team_id"] == workspace.credentials.team_id
    assert payload["api_app_id"] == workspace.credentials.app_id
    assert payload["authorizations"][0]["user_id"] == workspace.credentials.bot_user_id
    event = payload["event"]
    assert event["channel_type"] == "im"
    assert event["user"] == ada.user.id
    assert event["ts"] == event["event_ts"] == message.ts
    assert event["text"] == f"a &lt; b &amp; c, <@{workspace.person('bo').user.id}>"


async def test_a_mention_arrives_twice_with_two_event_ids(workspace: RunningWorkspace, receive: Receive, general: str):
    await workspace.person("ada").post(general, "@echo are you there?")

    twins = [await receive(), await receive()]

    assert {twin["event"]["type"] for twin in twins} == {"app_mention", "message"}
    assert len({twin["event_id"] for twin in twins}) == 2
    assert len({twin["event"]["ts"] for twin in twins}) == 1


async def test_nothing_from_a_channel_arrives_before_the_app_is_invited(workspace: RunningWorkspace, receive: Receive):
    ada = workspace.person("ada")
    lab = workspace.state.channel_named("lab").id
    await ada.post(lab, "a secret")

    await ada.command(lab, "/invite", "@Echo")
    joined = (await receive())["event"]
    await ada.post(lab, "welcome")
    welcome = (await receive())["event"]

    assert (joined["type"], joined["user"]) == ("member_joined_channel", workspace.credentials.bot_user_id)
    assert joined["inviter"] == ada.user.id
    assert (welcome["text"], welcome["channel_type"]) == ("welcome", "group")


async def test_an_event_without_its_scope_or_subscription_does_not_arrive(manifest):
    manifest["oauth_config"]["scopes"]["bot"].remove("im:history")
    manifest["settings"]["event_subscriptions"]["bot_events"].remove("reaction_added")
    async with running_workspace(manifest=manifest) as workspace:
        ada = workspace.person("ada")
        url = await _socket_url(workspace)
        async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
            await socket.receive_json()
            direct = await ada.open_dm(workspace.credentials.bot_user_id)
            message = await ada.post(direct, "unheard")
            await ada.react(direct, message.ts, "eyes")
            await ada.open_home()
            envelope = await asyncio.wait_for(socket.receive_json(), 5)

    assert envelope["payload"]["event"]["type"] == "app_home_opened"


async def test_a_shared_file_is_a_message_and_a_file_shared_event(
    workspace: RunningWorkspace, receive: Receive, general: str
):
    message = await workspace.person("ada").share_file(general, "marv.jsonl", b"{}\n", "please check")

    events = {event["type"]: event for event in [(await receive())["event"], (await receive())["event"]]}

    shared = events["message"]
    assert (shared["subtype"], shared["text"]) == ("file_share", "please check")
    assert "team" not in shared
    assert shared["files"][0]["name"] == "marv.jsonl"
    assert shared["files"][0]["shares"]["public"][general] == [{"ts": message.ts}]
    assert events["file_shared"]["file_id"] == shared["files"][0]["id"]


async def test_edits_and_deletions_arrive_with_what_was_there_before(
    workspace: RunningWorkspace, receive: Receive, general: str
):
    ada = workspace.person("ada")
    ts = (await ada.post(general, "frist")).ts
    await receive()

    await ada.edit(general, ts, "first")
    changed = (await receive())["event"]
    await ada.delete(general, ts)
    deleted = (await receive())["event"]

    assert changed["subtype"] == "message_changed"
    assert (changed["previous_message"]["text"], changed["message"]["text"]) == ("frist", "first")
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", ts)


async def test_a_reply_names_its_thread_and_a_reaction_its_message(
    workspace: RunningWorkspace, receive: Receive, general: str
):
    ada, bo = workspace.person("ada"), workspace.person("bo")
    root = await ada.post(general, "root")
    await receive()

    await bo.post(general, "reply", thread_ts=root.ts)
    reply = (await receive())["event"]
    await bo.react(general, root.ts, "thumbsup")
    reaction = (await receive())["event"]

    assert (reply["thread_ts"], reply["parent_user_id"]) == (root.ts, ada.user.id)
    assert reaction["item"] == {"type": "message", "channel": general, "ts": root.ts}
    assert (reaction["user"], reaction["reaction"], reaction["item_user"]) == (bo.user.id, "thumbsup", ada.user.id)


async def test_a_socket_url_works_once(workspace: RunningWorkspace):
    url = await _socket_url(workspace)
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as socket:
            assert (await socket.receive_json())["type"] == "hello"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_an_eleventh_socket_is_turned_away(workspace: RunningWorkspace):
    async with aiohttp.ClientSession() as session:
        sockets = [await session.ws_connect(await _socket_url(workspace)) for _ in range(MAX_SOCKETS + 1)]
        greetings = [await socket.receive_json() for socket in sockets]

    assert [greeting["type"] for greeting in greetings] == ["hello"] * MAX_SOCKETS + ["disconnect"]
    assert greetings[-1]["reason"] == "too_many_websockets"


async def test_a_bolt_app_asked_to_reconnect_comes_back(
    workspace: RunningWorkspace, app: AsyncApp, connected, general: str
):
    heard = asyncio.Event()

    @app.event("message")
    async def hear(event):
        heard.set()

    async with connected():
        await workspace.workspace.sockets.disconnect(workspace.app)
        await asyncio.wait_for(workspace.app_connected(), 10)
        await workspace.person("ada").post(general, "still there?")
        await asyncio.wait_for(heard.wait(), 5)
