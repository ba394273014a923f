"""Answers arrive whole while they are written: streamed where Slack has streams, edited where it hasn't."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.answers import AnswerWriter
from handlers.pacing import Pacer
from handlers.splitting import MESSAGE_CHARACTERS
from handlers.streams import Reader, Streams
from storage.rows import Place


class Time:
    """Time that passes by sleeping alone, and then at once."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture(name="passing")
def _passing() -> Time:
    return Time()


@pytest.fixture(name="streams")
def _streams(client, passing) -> Streams:
    return Streams(client, Pacer(passing), passing.sleep)


@pytest.fixture(name="reader")
async def _reader(workspace, tenant, channel_id) -> Reader:
    asked = await workspace.person("ada").post(channel_id, "Tell me")
    return Reader(tenant.team_id, asked.user_id, Place(channel_id, asked.ts))


async def said(*pieces: str) -> AsyncIterator[str]:
    for piece in pieces:
        yield piece


def _answer(workspace, reader: Reader) -> list[str]:
    replies = workspace.person("ada").replies(reader.place.channel_id, reader.place.thread_ts)[1:]
    return [_text(reply) for reply in replies]


def _text(message) -> str:
    blocks = [block["text"] for block in message.blocks if block["type"] == "markdown"]
    return "".join(blocks) or message.text


async def test_an_answer_is_streamed_into_the_thread(workspace, streams, reader):
    await AnswerWriter(streams, reader).write(said("Par", "is, of ", "course."))

    assert _answer(workspace, reader) == ["Paris, of course."]


async def test_a_fence_is_not_cut_in_two_where_a_message_is_full(workspace, streams, reader):
    filled = "a" * (MESSAGE_CHARACTERS - 3) + "\n"

    await AnswerWriter(streams, reader).write(said(filled, "```\n[a](b)\n```"))

    assert _answer(workspace, reader)[1].startswith("```\n[a](b)")


async def test_an_answer_can_ping_nobody(workspace, streams, reader):
    await AnswerWriter(streams, reader).write(said("<!chan", "nel> ", "[a](", "https://evil.example)"))

    assert _answer(workspace, reader) == ["&lt;!channel&gt; [a] (https://evil.example)"]


async def test_a_long_answer_arrives_whole_in_several_messages(workspace, streams, reader):
    lines = [f"line {number} of a long answer\n" for number in range(1000)]
    await AnswerWriter(streams, reader).write(said(*lines))

    parts = _answer(workspace, reader)
    assert "".join("".join(parts).split()) == "".join("".join(lines).split())
    assert (len(parts) > 1, all(len(part) <= MESSAGE_CHARACTERS + 10 for part in parts)) == (True, True)


async def test_a_model_that_breaks_off_leaves_what_it_said(workspace, streams, reader):
    async def broken() -> AsyncIterator[str]:
        yield "The capital is "
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await AnswerWriter(streams, reader).write(broken())

    assert _answer(workspace, reader) == ["The capital is "]


async def test_a_model_that_says_nothing_posts_nothing(workspace, streams, reader):
    writer = AnswerWriter(streams, reader)
    await writer.write(said("", "  "))

    assert (writer.first_ts, _answer(workspace, reader)) == ("", [])


class NoStreams(AsyncWebClient):
    """A client of a workspace that has no streaming yet."""

    async def chat_startStream(self, **_: object):  # noqa: N802 - the name is slack_sdk's.
        raise SlackApiError("no", {"ok": False, "error": "unknown_method"})


async def test_where_there_are_no_streams_one_message_is_edited(workspace, passing, client, reader):
    old = NoStreams(token=client.token, base_url=client.base_url, session=client.session)
    await AnswerWriter(Streams(old, Pacer(passing), passing.sleep), reader).write(said("Par", "is, ", "of course."))

    assert _answer(workspace, reader) == ["Paris, of course."]


async def test_a_stream_that_slack_closed_goes_on_in_another_and_nothing_is_lost(workspace, streams, reader, client):
    async def interrupted() -> AsyncIterator[str]:
        yield "first half, "
        (stream,) = workspace.person("ada").replies(reader.place.channel_id, reader.place.thread_ts)[1:]
        await client.chat_stopStream(channel=reader.place.channel_id, ts=stream.ts)
        yield "second half"

    await AnswerWriter(streams, reader).write(interrupted())

    assert _answer(workspace, reader) == ["first half, ", "second half"]


async def test_a_reader_who_presses_stop_stops_the_model(workspace, streams, reader):
    asked_for = []

    async def endless() -> AsyncIterator[str]:
        for number in range(1000):
            asked_for.append(number)
            yield f"word{number} "
            if number == 3:
                ada = workspace.person("ada")
                stream = ada.replies(reader.place.channel_id, reader.place.thread_ts)[-1]
                await ada.stop_stream(reader.place.channel_id, stream.ts)
                streams.pacer._buckets.clear()

    writer = AnswerWriter(streams, reader)
    await writer.write(endless())

    assert (writer.is_stopped, len(asked_for) < 10) == (True, True)
