"""What is written down reaches Slack, once, in its latest state, whatever happens on the way."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from handlers.announcements import Announcements
from handlers.blocks.kit import Content, section
from handlers.blocks.loss_chart import loss_chart
from handlers.language import Voice
from handlers.outbox import Outbox
from handlers.pacing import Pacer
from storage.changes import ChangeStore
from storage.deliveries import DeliveryStore
from storage.jobs import JobStore
from storage.rows import DeliveryState, Place
from tuning.jobs.curves import Curves, Point


def now() -> datetime:
    return datetime.now(UTC)


class Clock:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture(name="clock")
def _clock() -> Clock:
    return Clock()


@pytest.fixture(name="make_outbox")
def _make_outbox(database, people, clock) -> Callable[[AsyncWebClient], Outbox]:
    """An outbox as each start of the process makes one."""

    def make(client: AsyncWebClient) -> Outbox:
        deliveries = DeliveryStore(database)
        announcements = Announcements(ChangeStore(database), JobStore(database), deliveries, people, "", now)
        return Outbox(client, deliveries, announcements, Pacer(clock), now)

    return make


@pytest.fixture(name="outbox")
def _outbox(make_outbox, client) -> Outbox:
    return make_outbox(client)


def told(text: str) -> Content:
    return Content(text, (section(text),))


async def test_a_message_is_posted_once_and_then_edited_in_place(outbox, workspace, tenant, channel_id, clock):
    for text in ("first", "first", "second"):
        await outbox.put(tenant, "card", Place(channel_id), told(text))
        await outbox.sweep()
        clock.seconds += 2

    assert [message.text for message in _own(workspace, channel_id)] == ["second"]


async def test_of_many_states_that_come_too_fast_only_the_latest_is_shown(outbox, workspace, tenant, channel_id, clock):
    for step in range(20):
        await outbox.put(tenant, "card", Place(channel_id), told(f"step {step}"))
        await outbox.sweep()
    before = [message.text for message in _own(workspace, channel_id)]
    clock.seconds += 2
    await outbox.sweep()

    assert (before, [message.text for message in _own(workspace, channel_id)]) == (["step 1"], ["step 19"])


async def test_a_post_whose_outcome_a_crash_left_unknown_is_looked_up_and_not_repeated(
    outbox, make_outbox, workspace, tenant, channel_id
):
    await outbox.put(tenant, "milestone", Place(channel_id), told("ready"))
    (delivery,) = await outbox.deliveries.due(now())
    await outbox.deliveries.sending(delivery)
    await outbox._call_slack(delivery, told("ready"))  # The process dies here: posted, and never noted.

    again = make_outbox(outbox.client)
    for stuck in await again.deliveries.stuck(now()):
        await again._settle(stuck, "interrupted")
    await again.sweep()

    assert [message.text for message in _own(workspace, channel_id)] == ["ready"]


async def test_a_post_that_never_left_is_sent_after_the_crash(outbox, workspace, tenant, channel_id, database):
    await outbox.put(tenant, "milestone", Place(channel_id), told("ready"))
    (delivery,) = await outbox.deliveries.due(now())
    await outbox.deliveries.sending(delivery)

    assert await outbox._find(delivery) == ""
    await outbox.deliveries.again(delivery, now())
    await outbox.sweep()
    assert [message.text for message in _own(workspace, channel_id)] == ["ready"]


async def test_a_channel_that_is_gone_is_given_up_and_holds_nothing_up(outbox, workspace, tenant, channel_id):
    await outbox.put(tenant, "lost", Place("C0NOWHERE"), told("nobody will read this"))
    await outbox.put(tenant, "found", Place(channel_id), told("hello"))
    await outbox.sweep()

    lost = await outbox.deliveries.by_key(tenant, "lost")
    assert (lost.state, [message.text for message in _own(workspace, channel_id)]) == (DeliveryState.FAILED, ["hello"])


@pytest.fixture(name="moody")
async def _moody():
    """A Slack that says no in the ways the test asks for, then yes; it keeps what it was sent."""
    answers: list[web.Response] = []
    bodies: list[dict] = []
    app = web.Application()

    async def post(request: web.Request) -> web.Response:
        bodies.append(await request.json())
        return answers.pop(0) if answers else web.json_response({"ok": True, "ts": "1.0"})

    app.add_routes([web.post("/api/chat.postMessage", post)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1], answers, bodies
    await runner.cleanup()


@pytest.fixture(name="moody_outbox")
def _moody_outbox(moody, session: aiohttp.ClientSession, make_outbox) -> Outbox:
    client = AsyncWebClient("xoxb-1", f"http://127.0.0.1:{moody[0]}/api/", session=session, retry_handlers=[])
    return make_outbox(client)


async def test_after_a_429_the_message_waits_as_long_as_slack_asks_and_is_not_lost(moody, moody_outbox, tenant, clock):
    _, answers, bodies = moody
    refused = {"ok": False, "error": "ratelimited"}
    answers.append(web.json_response(refused, status=429, headers={"Retry-After": "7"}))
    await moody_outbox.put(tenant, "m", Place("C1"), told("hello"))
    await moody_outbox.sweep()

    assert moody_outbox.pacer.wait_seconds(tenant.team_id, "chat.postMessage", "C1") == pytest.approx(7)
    waiting = await moody_outbox.deliveries.by_key(tenant, "m")
    assert (waiting.state, waiting.due_at > now(), len(bodies)) == (DeliveryState.WAITING, True, 1)


async def test_where_slack_refuses_the_chart_the_curve_is_sent_as_text_and_so_from_then_on(
    moody, moody_outbox, tenant, texts
):
    _, answers, bodies = moody
    answers.append(web.json_response({"ok": False, "error": "invalid_blocks"}))
    curves = Curves((Point(1, 2.0), Point(2, 1.0)))
    chart = Content("loss", tuple(loss_chart(Voice(texts, "en"), curves)))
    await moody_outbox.put(tenant, "first", Place("C1"), chart)
    await moody_outbox.put(tenant, "second", Place("C2"), chart)
    await moody_outbox.sweep()

    sent = [body["blocks"][0]["type"] for body in bodies]
    assert sent == ["data_visualization", "section", "section"]


async def test_the_loop_sends_what_is_put_while_it_waits(outbox, workspace, tenant, channel_id, until):
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(outbox.run(stop))
        await outbox.put(tenant, "m", Place(channel_id), told("awake"))
        await until(lambda: _own(workspace, channel_id))
        stop.set()
        outbox.written.set()

    assert [message.text for message in _own(workspace, channel_id)] == ["awake"]


def _own(workspace, channel_id: str) -> list:
    bot_user_id = workspace.credentials.bot_user_id
    return [
        message
        for message in workspace.person("ada").messages(channel_id)
        if message.user_id == bot_user_id and message.blocks
    ]
