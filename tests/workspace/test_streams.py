"""Streamed answers: how they grow, end and die."""

import asyncio

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from workspace.errors import SlackError
from workspace.running import RunningWorkspace


@pytest.fixture(name="thread_ts")
async def _thread_ts(workspace: RunningWorkspace, direct: str) -> str:
    return (await workspace.person("ada").post(direct, "tell me a story")).ts


async def test_the_sdks_stream_helper_builds_one_message(
    workspace: RunningWorkspace, client: AsyncWebClient, direct: str, thread_ts: str
):
    stream = await client.chat_stream(channel=direct, thread_ts=thread_ts, buffer_size=1)
    await stream.append(markdown_text="Once ")
    await stream.append(markdown_text="upon a time")
    await stream.stop(blocks=[{"type": "divider"}])

    answer = workspace.person("ada").replies(direct, thread_ts)[-1]
    assert answer.text == "Once upon a time"
    assert [block["type"] for block in answer.blocks] == ["markdown", "divider"]
    assert answer.stream.state == "completed"


async def test_readers_see_each_piece_as_it_comes(
    workspace: RunningWorkspace, client: AsyncWebClient, direct: str, thread_ts: str
):
    before = workspace.state.log.last_number
    ts = (await client.chat_startStream(channel=direct, thread_ts=thread_ts, markdown_text="a"))["ts"]
    await client.chat_appendStream(channel=direct, ts=ts, markdown_text="b")

    texts = [
        change.details["message"]["text"]
        for change in workspace.state.log.after(before)
        if change.details["message"]["ts"] == ts
    ]

    assert texts == ["a", "ab"]


async def test_a_stream_dies_five_minutes_after_its_start_even_while_it_is_active(
    client: AsyncWebClient, direct: str, thread_ts: str, clock, refused
):
    ts = (await client.chat_startStream(channel=direct, thread_ts=thread_ts))["ts"]
    clock.move(299)
    await client.chat_appendStream(channel=direct, ts=ts, markdown_text="still alive")
    clock.move(2)

    with refused("message_not_in_streaming_state"):
        await client.chat_appendStream(channel=direct, ts=ts, markdown_text="too late")
    await client.chat_update(channel=direct, ts=ts, text="whole after all")


async def test_a_streaming_message_is_not_updated(client: AsyncWebClient, direct: str, thread_ts: str, refused):
    ts = (await client.chat_startStream(channel=direct, thread_ts=thread_ts))["ts"]

    with refused("streaming_state_conflict"):
        await client.chat_update(channel=direct, ts=ts, text="no")


async def test_a_stream_in_a_channel_needs_a_recipient(
    workspace: RunningWorkspace, client: AsyncWebClient, general: str, refused
):
    ada = workspace.person("ada")
    thread_ts = (await ada.post(general, "question")).ts
    team_id = workspace.credentials.team_id

    with refused("missing_recipient_team_id"):
        await client.chat_startStream(channel=general, thread_ts=thread_ts)
    with refused("missing_recipient_user_id"):
        await client.chat_startStream(channel=general, thread_ts=thread_ts, recipient_team_id=team_id)
    await client.chat_startStream(
        channel=general, thread_ts=thread_ts, recipient_team_id=team_id, recipient_user_id=ada.user.id
    )


async def test_a_person_stops_a_stream(
    workspace: RunningWorkspace, client: AsyncWebClient, direct: str, thread_ts: str, refused
):
    ada = workspace.person("ada")
    ts = (await client.chat_startStream(channel=direct, thread_ts=thread_ts, markdown_text="On and on"))["ts"]

    await ada.stop_stream(direct, ts)

    with refused("stopped_by_user"):
        await client.chat_appendStream(channel=direct, ts=ts, markdown_text=" and on")
    with pytest.raises(SlackError, match="stopped_by_user"):
        await ada.stop_stream(direct, ts)


async def test_tasks_and_blocks_arrive_as_chunks(
    workspace: RunningWorkspace, client: AsyncWebClient, direct: str, thread_ts: str, refused
):
    task = {"type": "task_update", "id": "t1", "title": "Thinking", "status": "in_progress"}
    ts = (await client.chat_startStream(channel=direct, thread_ts=thread_ts, chunks=[task]))["ts"]
    await client.chat_appendStream(channel=direct, ts=ts, chunks=[{**task, "status": "complete"}])
    await client.chat_appendStream(channel=direct, ts=ts, chunks=[{"type": "blocks", "blocks": [{"type": "divider"}]}])

    answer = workspace.person("ada").replies(direct, thread_ts)[-1]
    assert [task["status"] for task in answer.stream.tasks.values()] == ["complete"]
    assert [block["type"] for block in answer.blocks] == ["divider"]
    with refused("invalid_chunks"):
        await client.chat_appendStream(channel=direct, ts=ts, chunks=[{"type": "song"}])


async def test_bolts_say_stream_works_in_a_listener(workspace: RunningWorkspace, app: AsyncApp, connected, direct: str):
    done = asyncio.Event()

    @app.event("message")
    async def answer(say_stream):
        stream = await say_stream(buffer_size=1)
        await stream.append(markdown_text="Hello")
        await stream.stop()
        done.set()

    async with connected():
        message = await workspace.person("ada").post(direct, "hi")
        await asyncio.wait_for(done.wait(), 5)

    assert workspace.person("ada").replies(direct, message.ts)[-1].text == "Hello"
