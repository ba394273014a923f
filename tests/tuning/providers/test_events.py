"""Events of a job, in whatever order and shape a host sends them."""

import json

import pytest


def event(number, second, message="step"):
    return {
        "id": f"e{number}",
        "created_at": 1_800_000_000 + second,
        "message": message,
        "level": "info",
        "type": "message",
        "data": None,
    }


@pytest.mark.parametrize("is_oldest_first", [True, False])
async def test_events_come_oldest_first_and_only_unknown_ones(gateway, host, is_oldest_first):
    host.is_oldest_first = is_oldest_first
    host.events["ftjob-1"] = [event(n, n // 3) for n in range(250)]

    events = await gateway.events("ftjob-1", known={f"e{n}" for n in range(240)})

    assert [found.id for found in events] == [f"e{n}" for n in range(240, 250)]


async def test_a_newest_first_list_is_read_only_as_far_as_the_first_known_event(gateway, host):
    host.events["ftjob-1"] = [event(n, n) for n in range(500)]

    assert len(await gateway.events("ftjob-1", known={"e450"})) == 99
    assert host.calls.count("GET /fine_tuning/jobs/{id}/events") == 1


@pytest.mark.parametrize("is_endless", [True, False])
async def test_events_sent_as_a_stream_are_read(gateway, host, answers, is_endless):
    rows = [json.dumps(event(1, 1)), "[DONE]", json.dumps(event(2, 2))]
    host.then("GET /fine_tuning/jobs/{id}/events", answers.server_sent(rows, is_endless=is_endless))

    assert [found.id for found in await gateway.events("ftjob-1")] == ["e1", "e2"]


@pytest.mark.parametrize("status", [404, 405, 501])
async def test_a_provider_without_events_has_none(gateway, host, answers, status):
    host.then("GET /fine_tuning/jobs/{id}/events", answers.refusal(status))

    assert await gateway.events("ftjob-1") == []


async def test_events_without_an_id_are_told_apart_by_time_and_message(gateway, host):
    host.ignores.add("has_more")
    host.events["ftjob-1"] = [{"created_at": 1_800_000_000, "message": text} for text in ("queued", "running")]

    events = await gateway.events("ftjob-1")
    again = await gateway.events("ftjob-1", known={found.id for found in events})

    assert {found.message for found in events} == {"queued", "running"}
    assert again == []
