import asyncio
import signal
import sys
from datetime import timedelta
from textwrap import dedent

import pytest

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
