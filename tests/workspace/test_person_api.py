"""People over HTTP: the same acts and reads, for this machine only."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from workspace.running import RunningWorkspace


@pytest.fixture(name="http")
async def _http(workspace: RunningWorkspace) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"{workspace.url}/person/") as session:
        yield session


async def post(http: aiohttp.ClientSession, path: str, **arguments: object) -> dict[str, Any]:
    async with http.post(path, json=arguments) as response:
        return await response.json()


async def get(http: aiohttp.ClientSession, path: str, **query: str) -> dict[str, Any]:
    async with http.get(path, params=query) as response:
        return await response.json()


async def test_a_person_posts_and_reads_in_slacks_own_shapes(http: aiohttp.ClientSession, general: str):
    posted = await post(http, "ada/post", channel_id=general, text="hello")
    await post(http, "bo/post", channel_id=general, text="hi", thread_ts=posted["ts"])

    messages = (await get(http, "lin/messages", channel=general))["messages"]
    thread = (await get(http, "lin/replies", channel=general, thread_ts=posted["ts"]))["messages"]

    assert [(message["text"], message["reply_count"]) for message in messages] == [("hello", 1)]
    assert [message["text"] for message in thread] == ["hello", "hi"]


async def test_a_file_is_dropped_and_read_again(http: aiohttp.ClientSession, general: str):
    form = aiohttp.FormData({"channel_id": general, "text": "look"})
    form.add_field("file", b"{}\n", filename="marv.jsonl")
    async with http.post("ada/files", data=form) as response:
        shared = (await response.json())["message"]
    async with http.get(f"bo/files/{shared['files'][0]['id']}") as response:
        content = await response.read()

    assert (shared["subtype"], shared["files"][0]["name"], content) == ("file_share", "marv.jsonl", b"{}\n")


async def test_nobody_reads_a_private_channel_from_outside(workspace: RunningWorkspace, http: aiohttp.ClientSession):
    lab = workspace.state.channel_named("lab").id

    assert lab not in [channel["id"] for channel in (await get(http, "bo/channels"))["channels"]]
    assert (await get(http, "bo/messages", channel=lab))["error"] == "channel_not_found"
    assert (await post(http, "gus/post", channel_id=workspace.state.channel_named("fine-tuning").id, text="hi"))[
        "error"
    ] == "channel_not_found"


async def test_commands_clicks_and_modals_work_over_http(
    workspace: RunningWorkspace,
    app: AsyncApp,
    client: AsyncWebClient,
    connected,
    http: aiohttp.ClientSession,
    general: str,
):
    words = {"type": "plain_text", "text": "Words"}
    field = {
        "type": "input",
        "block_id": "b",
        "label": words,
        "element": {"type": "plain_text_input", "action_id": "a"},
    }
    view = {"type": "modal", "callback_id": "ask", "title": words, "submit": words, "blocks": [field]}
    submitted = []

    @app.command("/echo")
    async def command(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("ask")
    async def on_submit(ack, view):
        await ack()
        submitted.append(view["state"]["values"]["b"]["a"]["value"])

    async with connected():
        result = await post(http, "ada/command", channel_id=general, command="/echo")
        shown = (await get(http, "ada/views"))["views"][0]
        refused = await post(http, "ada/submit_view", view_id=shown["id"])
        taken = await post(http, "ada/submit_view", view_id=shown["id"], values={"b": {"a": "forty-two"}})

    assert (result["ok"], result["error"]) == (True, None)
    assert refused["errors"] == {"b": "Please complete this required field."}
    assert (taken["errors"], submitted) == ({}, ["forty-two"])


async def test_changes_arrive_as_server_sent_events_and_continue_where_they_were_left(
    workspace: RunningWorkspace, http: aiohttp.ClientSession, general: str
):
    ada = workspace.person("ada")
    before = workspace.state.log.last_number
    await ada.post(general, "one")
    await ada.post(workspace.state.channel_named("lab").id, "hidden from Bo")

    async with http.get("bo/changes", headers={"Last-Event-ID": str(before)}) as stream:
        first = await _next_event(stream.content)
        await ada.post(general, "two")
        second = await _next_event(stream.content)

    assert (first["event"], second["event"]) == ("message_posted", "message_posted")
    assert [event["data"]["message"]["text"] for event in (first, second)] == ["one", "two"]
    assert int(second["id"]) > int(first["id"])


async def _next_event(stream: aiohttp.StreamReader) -> dict[str, Any]:
    event: dict[str, Any] = {}
    while line := (await asyncio.wait_for(stream.readline(), 5)).decode().strip() or not event:
        if isinstance(line, str) and not line.startswith(":"):
            name, _, value = line.partition(": ")
            event[name] = json.loads(value) if name == "data" else value
    return event


@pytest.mark.parametrize(
    ("path", "arguments", "error"),
    [
        ("nobody/post", {}, "user_not_found"),
        ("echo/post", {}, "user_not_found"),
        ("ada/fly", {}, "unknown_method"),
        ("ada/post", {"text": "where?"}, "invalid_arguments"),
        ("ada/post", {"channel_id": "C0", "text": "x", "colour": "red"}, "invalid_arguments"),
    ],
)
async def test_what_can_not_be_done_is_refused(http: aiohttp.ClientSession, path, arguments, error):
    assert (await post(http, path, **arguments))["error"] == error


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}])
async def test_another_name_or_another_web_page_acts_for_nobody(
    workspace: RunningWorkspace, http: aiohttp.ClientSession, headers, general: str
):
    async with http.post("ada/post", json={"channel_id": general, "text": "x"}, headers=headers) as response:
        assert response.status == 403
    async with http.get("ada", headers=headers) as response:
        assert response.status == 403
    assert workspace.person("ada").messages(general) == []
