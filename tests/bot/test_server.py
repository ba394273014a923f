"""What the HTTP side takes from strangers: no more than a request of Slack's can be long."""

import io
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.server import EVENTS_PATH, MOST_BODY_BYTES, build_server
from bot.transports import http

_CHUNK = b" " * 65_536
_PLAUSIBLE = {"X-Slack-Signature": "v0=" + "0" * 64, "Content-Type": "application/json"}


@pytest.fixture(name="address")
async def _address() -> AsyncIterator[str]:
    async def levels() -> dict[str, float]:
        return {}

    slack = AsyncApp(client=AsyncWebClient(token="xoxb-1"), signing_secret="secret")
    async with http(build_server(slack, "secret", levels), "127.0.0.1", 0) as address:
        yield address


async def _chunked(size_bytes: int) -> AsyncIterator[bytes]:
    for _ in range(size_bytes // len(_CHUNK)):
        yield _CHUNK


async def _answer_to(address: str, body: object) -> int:
    headers = _PLAUSIBLE | {"X-Slack-Request-Timestamp": str(int(time.time()))}
    async with (
        aiohttp.ClientSession() as session,
        session.post(address + EVENTS_PATH, data=body, headers=headers) as it,
    ):
        return it.status


async def test_a_body_that_announces_no_length_is_read_up_to_the_limit_and_no_further(address):
    assert await _answer_to(address, _chunked(MOST_BODY_BYTES + len(_CHUNK))) == 413


async def test_a_body_that_announces_too_great_a_length_is_not_read(address):
    assert await _answer_to(address, io.BytesIO(bytes(MOST_BODY_BYTES + 1))) == 413


async def test_a_chunked_body_within_the_limit_is_read_and_judged_by_its_signature(address):
    assert await _answer_to(address, _chunked(2 * len(_CHUNK))) == 401


async def test_a_flood_of_wrong_signatures_is_one_line_in_the_log(address, caplog):
    for _ in range(20):
        await _answer_to(address, b"{}")

    assert [record.getMessage() for record in caplog.records].count("slack_signature_refused") == 1


@pytest.mark.parametrize("body", [b"{", b"[]", b"7", b"\xff", b'{"type": "event_callback"}'])
async def test_whatever_a_stranger_sends_is_refused_and_never_a_fault_of_ours(address, body):
    assert await _answer_to(address, body) == 401
