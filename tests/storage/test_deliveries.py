import asyncio
from datetime import timedelta

import pytest

from storage.deliveries import DeliveryStore
from storage.rows import DeliveryState, Place

_FIRST, _SECOND = {"text": "step 1"}, {"text": "step 2"}


@pytest.fixture
def store(database) -> DeliveryStore:
    return DeliveryStore(database)


@pytest.fixture
def put(store, tenant, place, now):
    async def put_card(payload, at=now, **options):
        return await store.put(tenant, "job:job_1:card", place, payload, at, **options)

    return put_card


async def test_a_message_waits_is_claimed_and_is_sent(store, put, tenant, now):
    delivery = await put(_FIRST)
    assert await store.due(now) == [delivery]

    assert await store.sending(delivery)
    assert await store.due(now) == []
    await store.sent(delivery, "1763812900.000300")

    sent = await store.by_key(tenant, "job:job_1:card")
    assert sent is not None
    assert (sent.state, sent.message_ts, sent.sent_revision) == (DeliveryState.SENT, "1763812900.000300", 1)
    assert await store.due(now) == []


async def test_only_one_of_several_senders_claims_a_message(store, put):
    delivery = await put(_FIRST)

    claimed = await asyncio.gather(*(store.sending(delivery) for _ in range(6)))
    [mine] = [one for one in claimed if one is not None]
    assert (mine.id, mine.state, mine.attempts) == (delivery.id, DeliveryState.SENDING, 1)


async def test_the_same_payload_again_changes_nothing(store, put, now):
    delivery = await put(_FIRST)
    await store.sending(delivery)
    await store.sent(delivery, "1.1")

    again = await put(_FIRST, at=now + timedelta(seconds=5))

    assert (again.revision, again.state) == (1, DeliveryState.SENT)


async def test_a_newer_payload_makes_a_sent_card_due_again_under_its_ts(store, put, now):
    delivery = await put(_FIRST)
    await store.sending(delivery)
    await store.sent(delivery, "1.1")

    await put(_SECOND, at=now + timedelta(seconds=5))

    [due] = await store.due(now + timedelta(seconds=5))
    assert (due.payload, due.revision, due.sent_revision, due.message_ts) == (_SECOND, 2, 1, "1.1")


async def test_an_older_payload_is_not_claimed_once_a_newer_one_has_come(store, put):
    older = await put(_FIRST)
    newer = await put(_SECOND)

    assert not await store.sending(older)
    assert await store.sending(newer)


async def test_a_payload_that_comes_while_an_older_one_is_sent_is_sent_next(store, put, now):
    older = await put(_FIRST)
    await store.sending(older)
    await put(_SECOND)
    assert await store.due(now) == []

    await store.sent(older, "1.1")

    [due] = await store.due(now)
    assert (due.payload, due.message_ts, due.sent_revision) == (_SECOND, "1.1", 1)


async def test_a_refused_message_is_tried_again_at_its_time(store, put, now):
    delivery = await put(_FIRST)
    await store.sending(delivery)

    await store.again(delivery, now + timedelta(seconds=30))

    assert await store.due(now) == []
    [due] = await store.due(now + timedelta(seconds=30))
    assert due.attempts == 1


async def test_a_failed_message_is_not_tried_again_until_its_card_changes(store, put, now):
    delivery = await put(_FIRST)
    await store.sending(delivery)
    await store.failed(delivery, "channel_not_found")
    assert await store.due(now) == []

    await put(_SECOND)
    [due] = await store.due(now)
    assert (due.payload, due.attempts) == (_SECOND, 0)


async def test_a_failure_of_an_older_payload_leaves_the_newer_one_to_be_tried(store, put, now):
    older = await put(_FIRST)
    await store.sending(older)
    await put(_SECOND)

    await store.failed(older, "invalid_blocks")

    assert [due.payload for due in await store.due(now)] == [_SECOND]


async def test_what_a_dead_sender_had_claimed_is_found_once_the_claim_is_old(store, put, now):
    claimed = await store.sending(await put(_FIRST))

    assert await store.stuck(now, seconds=60) == []
    assert await store.stuck(now, seconds=0) == [claimed]


async def test_a_claim_that_could_not_be_settled_is_found_again_at_its_time(store, put, now):
    claimed = await store.sending(await put(_FIRST))
    await store.unsettled(claimed, now + timedelta(seconds=30))

    assert await store.stuck(now, seconds=0) == []
    [again] = await store.stuck(now + timedelta(seconds=30), seconds=0)
    assert again.claimed_at == claimed.claimed_at


async def test_a_message_that_is_already_posted_is_edited(put):
    assert (await put(_FIRST, message_ts="1.1")).message_ts == "1.1"


async def test_two_writers_of_one_card_make_one_row(store, put, now):
    await asyncio.gather(*(put({"text": f"step {n}"}) for n in range(6)))

    [due] = await store.due(now)
    assert due.revision == 6


async def test_another_team_s_message_of_the_same_key_is_another(store, put, tenant, other_tenant, place, now):
    await put(_FIRST)
    assert await store.by_key(other_tenant, "job:job_1:card") is None

    theirs = await store.put(other_tenant, "job:job_1:card", place, _SECOND, now)

    assert theirs.revision == 1
    assert [due.tenant for due in await store.due(now)] == [tenant, other_tenant]


async def test_a_long_line_in_one_channel_holds_up_neither_other_channels_nor_edits(store, tenant, place, now):
    for number in range(3):
        await store.put(tenant, f"line:{number}", place, _FIRST, now)
    await store.put(tenant, "elsewhere", Place("C2"), _FIRST, now + timedelta(seconds=1))
    await store.put(tenant, "card", place, _FIRST, now + timedelta(seconds=2), message_ts="1.1")

    foremost = await store.foremost(now + timedelta(seconds=3), limit=3)

    assert [delivery.key for delivery in foremost] == ["line:0", "elsewhere", "card"]


async def test_old_answers_that_were_sent_are_forgotten_and_cards_kept(store, tenant, place, now):
    for key in ("reply:1", "reply:2", "card"):
        delivery = await store.put(tenant, key, place, _FIRST, now)
        if key != "reply:2":
            await store.sent(await store.sending(delivery), "1.1")

    await store.forget(now, ("reply:",))
    assert await store.by_key(tenant, "reply:1") is not None
    await store.forget(now + timedelta(seconds=1), ("reply:",))

    kept = [key for key in ("reply:1", "reply:2", "card") if await store.by_key(tenant, key)]
    assert kept == ["reply:2", "card"]


async def test_a_first_message_replaces_none_that_is_there(store, put, tenant, place, now):
    report = await put(_SECOND)

    assert not await store.put_first(tenant, report.key, place, _FIRST, now)
    assert await store.put_first(tenant, "another", place, _FIRST, now)
    assert [due.payload for due in await store.due(now)] == [_SECOND, _FIRST]
