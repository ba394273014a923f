"""Events, commands and interactions by signed HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from workspace.records import App
from workspace.running import RunningWorkspace, running_workspace


@dataclass
class Endpoint:
    """An app's request URL: keeps what arrives and answers as the test says, url_verification by itself."""

    answer: Callable[[web.Request], web.Response] = lambda request: web.Response()
    requests: asyncio.Queue[web.Request] = field(default_factory=asyncio.Queue)
    challenges: int = 0

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        if request.content_type == "application/json" and json.loads(body)["type"] == "url_verification":
            self.challenges += 1
            return web.json_response({"challenge": json.loads(body)["challenge"]})
        self.requests.put_nowait(request)
        return self.answer(request)

    async def next(self) -> web.Request:
        return await asyncio.wait_for(self.requests.get(), 5)


def _application(endpoint: Endpoint) -> web.Application:
    application = web.Application()
    application.router.add_post("/slack/events", endpoint.handle)
    return application


@asynccontextmanager
async def _listening(application: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}/slack/events"
    finally:
        await runner.cleanup()


@pytest.fixture(name="endpoint")
def _endpoint() -> Endpoint:
    return Endpoint()


@pytest.fixture(name="workspace")
async def _workspace(manifest, settings, endpoint: Endpoint) -> AsyncIterator[RunningWorkspace]:
    async with (
        _listening(_application(endpoint)) as url,
        running_workspace(manifest=manifest, request_url=url, settings=settings) as workspace,
    ):
        yield workspace


async def test_a_url_answers_its_challenge_once_before_events_come(
    workspace: RunningWorkspace, endpoint: Endpoint, direct: str
):
    ada = workspace.person("ada")

    await ada.post(direct, "one")
    first = json.loads(await (await endpoint.next()).read())
    await ada.post(direct, "two")
    second = json.loads(await (await endpoint.next()).read())

    assert [payload["event"]["text"] for payload in (first, second)] == ["one", "two"]
    assert endpoint.challenges == 1


async def test_every_request_is_signed(workspace: RunningWorkspace, endpoint: Endpoint, direct: str, clock):
    await workspace.person("ada").post(direct, "hello")

    request = await endpoint.next()

    verifier = SignatureVerifier(workspace.credentials.signing_secret, clock=_At(clock))
    assert verifier.is_valid_request(await request.read(), dict(request.headers))


class _At:
    """The verifier's clock, at the workspace's time."""

    def __init__(self, clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock()


async def test_a_failed_event_is_retried_with_number_and_reason(
    workspace: RunningWorkspace, endpoint: Endpoint, direct: str
):
    endpoint.answer = lambda request: web.Response(status=500)

    await workspace.person("ada").post(direct, "hello")
    requests = [await endpoint.next() for _ in range(4)]

    numbers = [request.headers.get("X-Slack-Retry-Num") for request in requests]
    reasons = [request.headers.get("X-Slack-Retry-Reason") for request in requests]
    assert numbers == [None, "1", "2", "3"]
    assert reasons == [None, "http_error", "http_error", "http_error"]


async def test_an_app_may_ask_for_no_retry(workspace: RunningWorkspace, endpoint: Endpoint, direct: str):
    endpoint.answer = lambda request: web.Response(status=500, headers={"X-Slack-No-Retry": "1"})
    ada = workspace.person("ada")

    await ada.post(direct, "one")
    first = await endpoint.next()
    await ada.post(direct, "two")
    second = await endpoint.next()

    texts = [json.loads(await request.read())["event"]["text"] for request in (first, second)]
    assert texts == ["one", "two"]


async def test_a_command_is_a_form_and_its_answer_an_ephemeral_message(
    workspace: RunningWorkspace, endpoint: Endpoint, direct: str
):
    endpoint.answer = lambda request: web.Response(text="plain words")
    ada = workspace.person("ada")

    result = await ada.command(direct, "/echo", "some words")

    form = parse_qs((await (await endpoint.next()).read()).decode())
    assert result.ok
    assert (form["command"], form["text"]) == (["/echo"], ["some words"])
    assert form["channel_name"] == ["directmessage"]
    assert [message.text for message in ada.ephemerals(direct)] == ["plain words"]


async def test_an_app_that_is_not_there_fails_the_command(workspace: RunningWorkspace, direct: str):
    _move(workspace.app, "http://127.0.0.1:9/slack/events")

    result = await workspace.person("ada").command(direct, "/echo")

    assert result.error == '/echo failed with the error "dispatch_failed"'


async def test_a_bolt_app_behind_http_takes_events_clicks_and_commands(manifest):
    async with running_workspace(manifest=manifest, request_url="http://127.0.0.1:9/not-yet") as workspace:
        client = AsyncWebClient(token=workspace.credentials.bot_token, base_url=workspace.api_url)
        app = AsyncApp(client=client, signing_secret=workspace.credentials.signing_secret)
        pressed = asyncio.Event()

        @app.command("/echo")
        async def echo(ack, command, say):
            button = {"type": "button", "action_id": "press", "text": {"type": "plain_text", "text": "Press"}}
            await say(text="Press", blocks=[{"type": "actions", "elements": [button]}])
            await ack(command["text"])

        @app.action("press")
        async def press(ack):
            await ack()

        @app.event("message")
        async def hear(event):
            if event["text"] == "done":
                pressed.set()

        async with _listening(app.web_app("/slack/events")) as url:
            _move(workspace.app, url)
            ada = workspace.person("ada")
            direct = await ada.open_dm(workspace.credentials.bot_user_id)
            result = await ada.command(direct, "/echo", "said")
            await ada.click(ada.messages(direct)[-1].ts, direct, "press")
            await ada.post(direct, "done")
            await asyncio.wait_for(pressed.wait(), 5)

    assert result.ok
    assert [message.text for message in ada.ephemerals(direct)] == ["said"]


def _move(app: App, url: str) -> None:
    """Set the app's request URLs, as its developer does in Slack's settings."""
    app.events_url = app.interactivity_url = url
    app.commands = {name: replace(command, url=url) for name, command in app.commands.items()}
