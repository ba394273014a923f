"""What is written down reaches Slack, once, in its latest state, whatever happens on the way."""

import asyncio
from datetime import UTC, datetime

import pytest

from handlers.blocks.kit import Content, section
from handlers.outbox import Outbox
from storage.rows import Delivery, DeliveryState, Place


def now() -> datetime:
    return datetime.now(UTC)


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
    other = make_outbox(outbox.posting.client, "another process")
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
