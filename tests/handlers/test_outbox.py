"""What is written down reaches Slack, once, in its latest state, whatever happens on the way."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import DDL

from handlers.announcements import Announcements
from handlers.blocks.kit import Content, section
from handlers.blocks.loss_chart import loss_chart
from handlers.language import Voice
from handlers.outbox import Outbox
from handlers.pacing import Pacer
from handlers.posting import Posting
from storage.changes import ChangeStore
from storage.deliveries import DeliveryStore
from storage.errors import DatabaseUnavailable
from storage.jobs import JobStore
from storage.leases import LeaseStore
from storage.models import ModelStore
from storage.rows import Delivery, DeliveryState, Place
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
        announcements = Announcements(
            ChangeStore(database), JobStore(database), deliveries, people, "", now, ModelStore(database)
        )
        posting = Posting(client, Pacer(clock))
        return Outbox(posting, deliveries, announcements, LeaseStore(database), now, "sole", settle_seconds=0)

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


async def claimed(outbox: Outbox) -> Delivery:
    """The one message that is due, in the hands of a sender."""
    (delivery,) = await outbox.deliveries.due(now())
    return await outbox.deliveries.sending(delivery)


async def test_a_post_whose_outcome_a_crash_left_unknown_is_looked_up_and_not_repeated(
    outbox, make_outbox, workspace, tenant, channel_id
):
    await outbox.put(tenant, "milestone", Place(channel_id), told("ready"))
    await outbox.posting.hand_over(await claimed(outbox))  # The process dies here: posted, and never noted.

    await make_outbox(outbox.posting.client).sweep()

    found = await outbox.deliveries.by_key(tenant, "milestone")
    assert (found.state, [message.text for message in _own(workspace, channel_id)]) == (DeliveryState.SENT, ["ready"])


async def test_what_changed_while_the_outcome_was_unknown_is_shown_in_the_message_that_is_found(
    outbox, workspace, tenant, channel_id, clock
):
    await outbox.put(tenant, "card", Place(channel_id), told("step 1"))
    await outbox.posting.hand_over(await claimed(outbox))
    await outbox.put(tenant, "card", Place(channel_id), told("step 2"))

    await outbox.sweep()

    assert [message.text for message in _own(workspace, channel_id)] == ["step 2"]


async def test_a_post_in_a_long_thread_is_found_and_not_repeated(outbox, workspace, tenant, channel_id):
    root = await workspace.person("ada").post(channel_id, "a long talk")
    for number in range(210):
        await workspace.person("ada").post(channel_id, f"reply {number}", thread_ts=root.ts)
    await outbox.put(tenant, "milestone", Place(channel_id, root.ts), told("ready"))
    await outbox.posting.hand_over(await claimed(outbox))

    await outbox.sweep()

    texts = [reply.text for reply in workspace.person("ada").replies(channel_id, root.ts)]
    assert texts.count("ready") == 1


async def test_a_post_that_never_left_is_sent_after_the_crash(outbox, make_outbox, workspace, tenant, channel_id):
    await outbox.put(tenant, "milestone", Place(channel_id), told("ready"))
    await claimed(outbox)  # The process dies here: claimed, and never posted.

    await make_outbox(outbox.posting.client).sweep()

    assert [message.text for message in _own(workspace, channel_id)] == ["ready"]


async def test_a_post_that_may_still_be_on_its_way_is_left_alone(outbox, workspace, tenant, channel_id):
    await outbox.put(tenant, "milestone", Place(channel_id), told("ready"))
    await claimed(outbox)

    outbox.settle_seconds = 30
    await outbox.sweep()

    assert _own(workspace, channel_id) == []


async def test_of_two_processes_one_sends_until_it_ends(outbox, make_outbox, workspace, tenant, channel_id):
    other = make_outbox(outbox.posting.client)
    other.owner = "another process"
    await outbox.sweep()
    await outbox.put(tenant, "sooner", Place(channel_id), told("ready"))
    await other.sweep()
    before = _own(workspace, channel_id)

    stopped = asyncio.Event()
    stopped.set()
    await outbox.run(stopped)
    await outbox.put(tenant, "later", Place(channel_id), told("steady"))
    await other.sweep()
    assert (before, [message.text for message in _own(workspace, channel_id)]) == ([], ["ready", "steady"])


async def test_a_channel_that_is_gone_is_given_up_and_holds_nothing_up(outbox, workspace, tenant, channel_id):
    await outbox.put(tenant, "lost", Place("C0NOWHERE"), told("nobody will read this"))
    await outbox.put(tenant, "found", Place(channel_id), told("hello"))
    await outbox.sweep()

    lost = await outbox.deliveries.by_key(tenant, "lost")
    assert (lost.state, [message.text for message in _own(workspace, channel_id)]) == (DeliveryState.FAILED, ["hello"])


@pytest.fixture(name="moody")
async def _moody():
    """A Slack that says no in the ways the test asks for, then yes; it keeps what it was sent."""
    answers: list[web.Response | Callable[[], Awaitable[web.Response]]] = []
    bodies: list[dict] = []
    app = web.Application()

    async def post(request: web.Request) -> web.Response:
        bodies.append(await request.json())
        answer = answers.pop(0) if answers else web.json_response({"ok": True, "ts": "1.0"})
        return await answer() if callable(answer) else answer

    async def read(request: web.Request) -> web.Response:
        return answers.pop(0) if answers else web.json_response({"ok": True, "messages": []})

    app.add_routes([web.post("/api/chat.postMessage", post), web.get("/api/conversations.history", read)])
    app.add_routes([web.post("/api/conversations.history", read)])
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

    assert moody_outbox.posting.pacer.wait_seconds(tenant.team_id, "chat.postMessage", "C1") == pytest.approx(7)
    waiting = await moody_outbox.deliveries.by_key(tenant, "m")
    assert (waiting.state, waiting.due_at > now(), len(bodies)) == (DeliveryState.WAITING, True, 1)


async def test_however_long_slack_is_in_trouble_a_message_is_kept_and_sent(moody, moody_outbox, tenant, clock):
    _, answers, bodies = moody
    await moody_outbox.put(tenant, "m", Place("C1"), told("hello"))
    for refused in ("ratelimited", "service_unavailable") * 10:
        answers.append(web.json_response({"ok": False, "error": refused}, headers={"Retry-After": "7"}))
        await moody_outbox.sweep()
        clock.seconds += 10
        await moody_outbox.deliveries.again(await moody_outbox.deliveries.by_key(tenant, "m"), now())
    await moody_outbox.sweep()

    kept = await moody_outbox.deliveries.by_key(tenant, "m")
    assert (kept.state, len(bodies)) == (DeliveryState.SENT, 21)


@pytest.mark.parametrize(
    "unclear",
    [
        {"status": 502, "text": "<html>Bad gateway</html>", "content_type": "text/html"},
        {"status": 200, "text": "not what Slack says", "content_type": "application/json"},
        {"status": 200, "text": '{"ok": false, "error": "fatal_error"}', "content_type": "application/json"},
    ],
    ids=["a proxy", "no JSON", "half done"],
)
async def test_a_post_that_may_have_arrived_is_not_sent_again_while_slack_can_not_be_asked(
    moody, moody_outbox, tenant, clock, unclear
):
    _, answers, bodies = moody
    answers += [web.Response(**unclear), web.json_response({"ok": False, "error": "internal_error"}, status=500)]
    await moody_outbox.put(tenant, "m", Place("C1"), told("hello"))
    await moody_outbox.sweep()
    clock.seconds += 10
    await moody_outbox.sweep()

    waiting = await moody_outbox.deliveries.by_key(tenant, "m")
    assert (waiting.state, len(bodies)) == (DeliveryState.SENDING, 1)


async def test_a_post_that_the_database_could_not_note_is_found_and_not_repeated(moody, moody_outbox, tenant, database):
    _, answers, bodies = moody

    async def rename(table: str, other: str) -> None:
        async with database.writing() as session:
            await session.execute(DDL(f"ALTER TABLE {table} RENAME TO {other}"))

    async def take_it_and_lose_the_database() -> web.Response:
        await rename("deliveries", "deliveries_away")
        return web.json_response({"ok": True, "ts": "5.0"})

    answers.append(take_it_and_lose_the_database)
    await moody_outbox.put(tenant, "m", Place("C1"), told("hello"))
    with pytest.raises(DatabaseUnavailable):
        await moody_outbox.sweep()
    await rename("deliveries_away", "deliveries")
    answers.append(web.json_response({"ok": True, "messages": [{"ts": "5.0", "metadata": bodies[0]["metadata"]}]}))
    await moody_outbox.sweep()

    noted = await moody_outbox.deliveries.by_key(tenant, "m")
    assert (noted.state, noted.message_ts, len(bodies)) == (DeliveryState.SENT, "5.0", 1)


async def test_a_post_that_slack_does_not_have_is_sent_again(moody, moody_outbox, tenant, clock):
    _, answers, bodies = moody
    answers.append(web.Response(status=503))
    await moody_outbox.put(tenant, "m", Place("C1"), told("hello"))
    await moody_outbox.sweep()
    clock.seconds += 10
    await moody_outbox.sweep()

    assert ((await moody_outbox.deliveries.by_key(tenant, "m")).state, len(bodies)) == (DeliveryState.SENT, 2)


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


async def test_what_is_written_as_the_loop_is_asked_to_stop_is_still_sent(outbox, workspace, tenant, channel_id, until):
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(outbox.run(stop))
        await outbox.put(tenant, "first", Place(channel_id), told("first"))
        await until(lambda: _own(workspace, channel_id))
        await outbox.put(tenant, "last", Place(channel_id), told("last"))
        stop.set()
        outbox.written.set()

    assert [message.text for message in _own(workspace, channel_id)] == ["first", "last"]


def _own(workspace, channel_id: str) -> list:
    bot_user_id = workspace.credentials.bot_user_id
    return [
        message
        for message in workspace.person("ada").messages(channel_id)
        if message.user_id == bot_user_id and message.blocks
    ]
