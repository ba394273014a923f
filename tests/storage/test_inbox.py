import asyncio
import signal
import sys
from datetime import timedelta
from textwrap import dedent

import pytest
from sqlalchemy import text

from storage.inbox import InboxStore
from storage.rows import InboxEvent, Tenant

_CHILD = dedent("""
    import asyncio, sys
    from datetime import UTC, datetime
    from storage.inbox import InboxStore
    from storage.rows import Tenant

    async def main():
        inbox = await InboxStore.open(sys.argv[1])
        await inbox.put("A1", "Ev1", Tenant("T1"), {"text": "hello"}, datetime.now(UTC))
        print("acknowledged", flush=True)
        await asyncio.Event().wait()

    asyncio.run(main())
""")


@pytest.fixture
async def inbox(database_url):
    opened = await InboxStore.open(database_url)
    yield opened
    await opened.close()


async def test_an_event_waits_until_it_is_done_and_then_only_its_ids_are_kept(inbox, tenant, now):
    assert await inbox.put("A1", "Ev1", tenant, {"text": "hello"}, now)
    assert await inbox.waiting() == [InboxEvent("A1", "Ev1", tenant, {"text": "hello"}, now, attempts=0)]

    [event] = await inbox.waiting()
    await inbox.done(event)

    assert await inbox.waiting() == []
    assert not await inbox.put("A1", "Ev1", tenant, {"text": "hello"}, now)
    assert await inbox.waiting() == []


async def test_an_event_that_slack_repeats_is_stored_once(inbox, tenant, now):
    stored = await asyncio.gather(*(inbox.put("A1", "Ev1", tenant, {"try": n}, now) for n in range(10)))

    assert sorted(stored) == [False] * 9 + [True]
    assert len(await inbox.waiting()) == 1


async def test_an_event_that_does_not_concern_us_leaves_its_ids_alone(inbox, tenant, now):
    assert await inbox.put("A1", "Ev1", tenant, None, now)

    assert await inbox.waiting() == []
    assert not await inbox.put("A1", "Ev1", tenant, None, now)


async def test_two_apps_may_use_the_same_event_id(inbox, tenant, now):
    assert await inbox.put("A1", "Ev1", tenant, {}, now)
    assert await inbox.put("A2", "Ev1", tenant, {}, now)


async def test_events_come_in_the_order_in_which_they_arrived(inbox, tenant, now):
    for second in (2, 0, 1):
        await inbox.put("A1", f"Ev{second}", tenant, {}, now + timedelta(seconds=second))

    assert [event.event_id for event in await inbox.waiting(limit=2)] == ["Ev0", "Ev1"]


async def test_an_event_that_failed_waits_for_its_time_and_counts_its_attempts(inbox, tenant, now):
    await inbox.put("A1", "Ev1", tenant, {}, now)
    [event] = await inbox.waiting()

    await inbox.again(event, now + timedelta(days=36_500))
    assert await inbox.waiting() == []

    await inbox.again(event, now - timedelta(days=365))
    assert [event.attempts for event in await inbox.waiting()] == [2]


async def test_pruning_forgets_old_handled_events_and_keeps_what_waits(inbox, tenant, now):
    await inbox.put("A1", "old-and-done", tenant, None, now - timedelta(days=8))
    await inbox.put("A1", "old-but-waiting", tenant, {}, now - timedelta(days=8))
    await inbox.put("A1", "new", tenant, None, now)

    assert await inbox.prune(now - timedelta(days=7)) == 1

    assert [event.event_id for event in await inbox.waiting()] == ["old-but-waiting"]
    assert not await inbox.put("A1", "new", tenant, None, now)


async def test_an_event_survives_the_kill_of_the_process_that_acknowledged_it(database_url):
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _CHILD, database_url, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    assert await child.stdout.readline() == b"acknowledged\n"
    child.send_signal(signal.SIGKILL)
    await child.communicate()

    inbox = await InboxStore.open(database_url)
    [event] = await inbox.waiting()
    await inbox.close()
    assert (event.event_id, event.tenant, event.body) == ("Ev1", Tenant("T1"), {"text": "hello"})


async def test_an_event_is_claimed_by_one_process_however_many_ask_at_once(inbox, tenant, now):
    for number in range(12):
        await inbox.put("A1", f"Ev{number:02}", tenant, {}, now + timedelta(seconds=number))

    claimed = await asyncio.gather(*(inbox.claim(f"process {number}", limit=2) for number in range(8)))

    taken = sorted(event.event_id for events in claimed for event in events)
    assert taken == sorted(set(taken))
    # Whoever found others at work took fewer, and nobody waited for them.
    left = [event.event_id for event in await inbox.claim("the last", limit=12)]
    assert sorted([*taken, *left]) == [f"Ev{number:02}" for number in range(12)]
    assert left == sorted(left)


async def test_a_claim_lasts_as_long_as_its_process_renews_it_and_then_falls_to_another(inbox, tenant, now):
    await inbox.put("A1", "Ev1", tenant, {"text": "hello"}, now)
    [event] = await inbox.claim("dead", limit=5)
    await inbox.renew("dead", [event])
    assert await inbox.claim("alive", limit=5) == []

    await _let_claims_run_out(inbox)

    assert await inbox.claim("alive", limit=5) == [event]
    await inbox.renew("dead", [event])
    await _let_claims_run_out(inbox)
    assert await inbox.claim("third", limit=5) == [event]


async def test_what_is_given_back_or_due_again_can_be_claimed_at_once(inbox, tenant, now):
    await inbox.put("A1", "Ev1", tenant, {}, now)
    [event] = await inbox.claim("first", limit=5)
    await inbox.release("first")
    assert [again.event_id for again in await inbox.claim("second", limit=5)] == ["Ev1"]

    await inbox.again(event, now - timedelta(days=365))
    assert [again.attempts for again in await inbox.claim("third", limit=5)] == [1]


async def _let_claims_run_out(inbox):
    async with inbox._database.writing() as session:
        await session.execute(text("UPDATE inbox SET claimed_until = received_at"))
