"""What Slack answers when it is in trouble, and what becomes of the message."""

from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import DDL

from handlers.blocks.kit import Content, section
from handlers.blocks.loss_chart import loss_chart
from handlers.language import Voice
from handlers.outbox import Outbox
from storage.errors import DatabaseUnavailable
from storage.rows import DeliveryState, Place
from tuning.jobs.curves import Curves, Point


def now() -> datetime:
    return datetime.now(UTC)


def told(text: str) -> Content:
    return Content(text, (section(text),))


@pytest.fixture(name="moody")
async def _moody():
    """A Slack that says no in the ways the test asks for, then yes; it keeps what it was sent."""
    answers = []
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
