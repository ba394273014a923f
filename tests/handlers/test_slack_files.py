"""Shared files are fetched from Slack and from nowhere else."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from handlers.slack_files import SlackFiles, trusted
from tuning.errors import FileNotYet, FileTooLarge, FileUnavailable

HOSTS = ("files.slack.com", "127.0.0.1:8100")


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://files.slack.com/f", id="not encrypted"),
        pytest.param("https://files.slack.com.evil.example/f", id="a longer host"),
        pytest.param("https://files.slack.com@evil.example/f", id="our host as a user name"),
        pytest.param("https://token@files.slack.com/f", id="a user name"),
        pytest.param("https://files.slack.com:8443/f", id="another port"),
        pytest.param("https://evil.example/files.slack.com", id="our host in the path"),
        pytest.param("https://slack.com/api/api.test", id="a neighbour that echoes tokens"),
        pytest.param("https://evil.example\\@files.slack.com/f", id="a backslash"),
        pytest.param("http://127.0.0.1:8101/f", id="another program on this machine"),
        pytest.param("ftp://files.slack.com/f", id="another protocol"),
        pytest.param("", id="nothing"),
    ],
)
def test_the_token_goes_to_no_other_host(url):
    assert trusted(url, HOSTS) is None


@pytest.mark.parametrize("url", ["https://files.slack.com/files-pri/T1-F1/marv.jsonl", "http://127.0.0.1:8100/f"])
def test_the_token_goes_to_the_named_hosts(url):
    assert trusted(url, HOSTS) == URL(url)


@pytest.fixture(name="files")
def _files(client, session, workspace) -> SlackFiles:
    return SlackFiles(client, session, (URL(workspace.url).host_port_subcomponent,), max_bytes=1000)


async def _shared(workspace, channel_id: str, content: bytes = b'{"a": 1}\n') -> dict[str, str]:
    message = await workspace.person("ada").share_file(channel_id, "marv.jsonl", content)
    return {"id": message.file_ids[0], "name": "marv.jsonl", "channel_id": channel_id}


async def _read(files: SlackFiles, reference: dict[str, str]) -> bytes:
    return b"".join([chunk async for chunk in files.read(reference)])


async def test_a_shared_file_is_read_byte_for_byte(workspace, channel_id, files):
    assert await _read(files, await _shared(workspace, channel_id, b"line\r\n\x00")) == b"line\r\n\x00"


async def test_a_file_deleted_before_it_is_fetched_is_said_to_be_gone(workspace, channel_id, files):
    reference = await _shared(workspace, channel_id)
    await workspace.person("ada").delete_file(reference["id"])

    with pytest.raises(FileUnavailable) as refused:
        await _read(files, reference)

    assert refused.value.fault == "gone"


async def test_a_file_of_another_channel_is_not_read_by_naming_its_id(workspace, channel_id, files):
    reference = await _shared(workspace, channel_id)
    elsewhere = workspace.state.channel_named("general").id

    with pytest.raises(FileUnavailable) as refused:
        await _read(files, {**reference, "channel_id": elsewhere})

    assert refused.value.fault == "elsewhere"


async def test_a_file_above_the_limit_is_refused_before_it_is_fetched(workspace, channel_id, files):
    with pytest.raises(FileTooLarge):
        await _read(files, await _shared(workspace, channel_id, b"x" * 1001))


async def test_a_host_that_is_not_slacks_never_sees_the_token(workspace, channel_id, files, session, client):
    reference = await _shared(workspace, channel_id)
    strict = SlackFiles(client, session, ("files.slack.com",), max_bytes=1000)

    with pytest.raises(FileUnavailable) as refused:
        await _read(strict, reference)

    assert refused.value.fault == "external"


async def _page(_: web.Request) -> web.Response:
    return web.Response(text="<!DOCTYPE html><title>Sign in</title>", content_type="text/html")


async def _whole(_: web.Request) -> web.Response:
    return web.Response(body=b"abc")


async def _busy(_: web.Request) -> web.Response:
    return web.Response(status=429)


async def _broken(_: web.Request) -> web.Response:
    return web.Response(status=503)


async def _cut(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "3"})
    await response.prepare(request)
    await response.write(b"a")
    request.transport.close()
    return response


async def _silent(_: web.Request) -> web.Response:
    await asyncio.Event().wait()
    return web.Response()


DOWNLOADS = {
    "page": _page,
    "whole": _whole,
    "busy": _busy,
    "broken": _broken,
    "cut": _cut,
    "silent": _silent,
}


@pytest.fixture(name="stranger")
async def _stranger() -> AsyncIterator[tuple[str, asyncio.Event]]:
    """A server that answers for Slack: files.info with its own address, and there what the path says."""
    was_followed = asyncio.Event()
    app = web.Application()

    async def info(request: web.Request) -> web.Response:
        kind = request.query["file"]
        if kind in REFUSALS:
            return web.json_response({"ok": False, "error": kind})
        url = f"http://{request.host}/{kind}"
        channels = [] if kind == "just_uploaded" else ["C1"]
        file = {"id": kind, "mode": "hosted", "size": 3, "channels": channels, "url_private_download": url}
        return web.json_response({"ok": True, "file": file})

    async def moved(request: web.Request) -> web.Response:
        raise web.HTTPFound(f"http://{request.host}/elsewhere")

    async def elsewhere(_: web.Request) -> web.Response:
        was_followed.set()
        return web.Response(text="stolen")

    app.add_routes([web.get("/api/files.info", info), web.get("/moved", moved), web.get("/elsewhere", elsewhere)])
    app.add_routes([web.get(f"/{path}", download) for path, download in DOWNLOADS.items()])
    runner = web.AppRunner(app, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    yield f"{host}:{port}", was_followed
    await runner.cleanup()


REFUSALS = {
    "file_deleted": "gone",
    "file_not_found": "foreign",
    "not_visible": "foreign",
    "missing_scope": "refused",
    "internal_error": "unanswered",
    "ratelimited": "unanswered",
}


@pytest.mark.parametrize(("refusal", "fault"), REFUSALS.items())
async def test_what_slack_says_about_a_file_becomes_the_sentence_for_it(stranger, session, refusal, fault):
    host, _ = stranger

    with pytest.raises(FileUnavailable) as refused:
        await _read_from(host, session, refusal)

    assert (refused.value.fault, isinstance(refused.value, FileNotYet)) == (fault, fault == "unanswered")


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("busy", "unanswered"),
        ("broken", "unanswered"),
        ("cut", "unanswered"),
        ("silent", "unanswered"),
        ("just_uploaded", "elsewhere"),
    ],
)
async def test_what_may_pass_is_worth_another_try(stranger, session, path, fault):
    host, _ = stranger

    with pytest.raises(FileNotYet) as refused:
        await _read_from(host, session, path)

    assert refused.value.fault == fault


async def test_a_slack_that_cannot_be_reached_is_worth_another_try(session):
    with pytest.raises(FileNotYet):
        await _read_from("127.0.0.1:9", session, "whole")


async def test_a_big_file_may_take_longer_than_other_calls(stranger, session):
    host, _ = stranger
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=1e-6)) as hasty:
        files = SlackFiles(_client_of(host, session), hasty, (host,), 1000)

        assert await _read(files, {"id": "whole", "name": "a.jsonl", "channel_id": "C1"}) == b"abc"


@pytest.mark.parametrize(("path", "fault"), [("page", "unreadable"), ("moved", "refused"), ("missing", "gone")])
async def test_what_is_not_the_file_is_not_taken_for_it(stranger, session: aiohttp.ClientSession, path, fault):
    host, was_followed = stranger

    with pytest.raises(FileUnavailable) as refused:
        await _read_from(host, session, path)

    assert (refused.value.fault, was_followed.is_set()) == (fault, False)


async def _read_from(host: str, session: aiohttp.ClientSession, file_id: str) -> bytes:
    files = SlackFiles(_client_of(host, session), session, (host,), 1000, silence_seconds=0.05)
    return await _read(files, {"id": file_id, "name": "a.jsonl", "channel_id": "C1"})


def _client_of(host: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    return AsyncWebClient(token="xoxb-1", base_url=f"http://{host}/api/", session=session)
