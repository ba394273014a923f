"""Every event is stored before it is acknowledged, and handled until it is done."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest

from handlers.envelopes import Envelope
from handlers.inbox import MOST_ATTEMPTS, Dispatcher, Inbox
from storage.inbox import InboxStore
from storage.rows import Place, Tenant


def now() -> datetime:
    return datetime.now(UTC)


OUR_THREAD = Place("C1", "100.0")


async def _is_our_thread(tenant: Tenant, place: Place) -> bool:
    return place == OUR_THREAD


@pytest.fixture(name="store")
async def _store(tmp_path):
    store = await InboxStore.open(f"sqlite+aiosqlite:///{tmp_path / 'inbox.sqlite'}")
    yield store
    await store.close()


@pytest.fixture(name="inbox")
def _inbox(store) -> Inbox:
    return Inbox(store, _is_our_thread, now)


@pytest.fixture(name="front")
def _front(client, inbox) -> AsyncApp:
    app = AsyncApp(client=client, signing_secret="secret")
    app.use(inbox.keep)
    return app


def envelope(event_id: str = "Ev1", **event: object) -> dict:
    shown = {"type": "message", "channel": "C1", "user": "U1", "ts": "200.0", "text": "a private word"} | event
    return {
        "type": "event_callback",
        "api_app_id": "A1",
        "team_id": "T1",
        "event_id": event_id,
        "event": shown,
    }


async def _delivered(front: AsyncApp, body: dict) -> int:
    return (await front.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))).status


@pytest.mark.parametrize(
    ("event", "is_kept"),
    [
        pytest.param({}, False, id="people talking among themselves"),
        pytest.param({"thread_ts": "1.0"}, False, id="a reply in a thread of theirs"),
        pytest.param({"thread_ts": "100.0"}, True, id="a reply in a thread of ours"),
        pytest.param({"channel_type": "im"}, True, id="a direct message"),
        pytest.param({"files": [{"id": "F1", "name": "a.jsonl"}], "subtype": "file_share"}, True, id="training data"),
        pytest.param({"files": [{"id": "F1", "name": "cat.png"}], "subtype": "file_share"}, False, id="a picture"),
        pytest.param({"type": "app_mention"}, True, id="a mention"),
        pytest.param({"type": "app_mention", "bot_id": "B1", "user": None}, False, id="a mention by another bot"),
        pytest.param({"subtype": "message_changed", "channel_type": "im"}, False, id="an edit"),
        pytest.param({"bot_id": "B1", "channel_type": "im"}, False, id="another bot"),
    ],
)
async def test_only_what_concerns_us_leaves_its_text_in_the_inbox(front, store, event, is_kept):
    assert await _delivered(front, envelope(**event)) == 200

    assert [kept.body is not None for kept in await store.waiting()] == ([True] if is_kept else [])
    assert await store.put("A1", "Ev1", Tenant("T1"), None, now()) is False


async def test_an_event_that_cannot_be_stored_is_not_acknowledged_so_that_slack_sends_it_again(front, store, tmp_path):
    with closing(sqlite3.connect(tmp_path / "inbox.sqlite")) as file:
        file.execute("ALTER TABLE inbox RENAME TO inbox_away")

    assert await _delivered(front, envelope(channel_type="im")) == 500


class Listener:
    """A Bolt app whose listener fails as often as it is told to."""

    def __init__(self, client, failures: int = 0) -> None:
        self.app = AsyncApp(client=client, signing_secret="secret", process_before_response=True)
        self.app.event("message")(self.listen)
        self.failures, self.seen = failures, []

    async def listen(self, event: dict) -> None:
        self.seen.append(event["ts"])
        if len(self.seen) <= self.failures:
            raise RuntimeError("not this time")


async def _run_until(dispatcher: Dispatcher, inbox: Inbox, done: asyncio.Event) -> None:
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group, asyncio.timeout(20):
        group.create_task(dispatcher.run(stop, inbox.arrived))
        await done.wait()
        stop.set()


class Store(InboxStore):
    """Says when an event is done; a failed one is due again at once."""

    def __init__(self, database) -> None:
        super().__init__(database)
        self.was_done = asyncio.Event()

    async def done(self, event) -> None:
        await super().done(event)
        self.was_done.set()

    async def again(self, event, due_at) -> None:
        await super().again(event, now())


@pytest.fixture(name="watched")
async def _watched(tmp_path):
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'watched.sqlite'}")
    yield store
    await store.close()


async def _no_apology(envelope: Envelope, incident_id: str) -> None:
    raise AssertionError("nobody should have to apologise")


async def test_an_event_of_a_process_that_died_is_handled_by_the_next(client, watched):
    await watched.put("A1", "Ev1", Tenant("T1"), envelope(), now())
    listener = Listener(client)
    dispatcher = Dispatcher(watched, listener.app, _no_apology, now, lambda: "id", "sole")
    await _run_until(dispatcher, Inbox(watched, _is_our_thread, now), watched.was_done)

    assert (listener.seen, await watched.waiting()) == (["200.0"], [])


async def test_a_listener_that_fails_is_run_again(client, watched):
    await watched.put("A1", "Ev1", Tenant("T1"), envelope(), now())
    listener = Listener(client, failures=2)
    dispatcher = Dispatcher(watched, listener.app, _no_apology, now, lambda: "id", "sole")
    await _run_until(dispatcher, Inbox(watched, _is_our_thread, now), watched.was_done)

    assert len(listener.seen) == 3


async def test_what_keeps_failing_ends_with_an_apology_and_not_in_silence(client, watched):
    apologies = []

    async def apologise(envelope: Envelope, incident_id: str) -> None:
        apologies.append((envelope.place, incident_id))

    await watched.put("A1", "Ev1", Tenant("T1"), envelope(), now())
    listener = Listener(client, failures=99)
    dispatcher = Dispatcher(watched, listener.app, apologise, now, lambda: "1f3a", "sole")
    await _run_until(dispatcher, Inbox(watched, _is_our_thread, now), watched.was_done)

    assert (len(listener.seen), apologies) == (MOST_ATTEMPTS, [(Place("C1", "200.0"), "1f3a")])


async def test_two_dispatchers_on_one_database_handle_each_event_once(client, database_url):
    stores = [await Store.open(database_url) for _ in range(2)]
    one_is_done = stores[1].was_done = stores[0].was_done
    listeners = [Listener(client) for _ in stores]
    for number in range(30):
        await stores[0].put("A1", f"Ev{number}", Tenant("T1"), envelope(f"Ev{number}", ts=f"{number}.0"), now())
    stop, arrived = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as group, asyncio.timeout(20):
        for number, store in enumerate(stores):
            dispatcher = Dispatcher(store, listeners[number].app, _no_apology, now, lambda: "id", f"process {number}")
            group.create_task(dispatcher.run(stop, arrived))
        while await stores[0].waiting(limit=1):
            await one_is_done.wait()
            one_is_done.clear()
            arrived.set()
        stop.set()
    for store in stores:
        await store.close()

    handled = [ts for listener in listeners for ts in listener.seen]
    assert sorted(handled) == sorted(f"{number}.0" for number in range(30))
    assert all(listener.seen for listener in listeners)
