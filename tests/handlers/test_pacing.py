"""Slack's limits are kept before Slack has to refuse."""

import pytest

from handlers.pacing import UPDATE_GAP_SECONDS, Pacer


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(name="clock")
def _clock():
    return Clock()


@pytest.fixture(name="pacer")
def _pacer(clock):
    return Pacer(clock)


def test_a_message_is_edited_at_most_once_in_1_2_seconds(pacer):
    pacer.take("T1", "chat.update", "1.0")

    assert pacer.wait_seconds("T1", "chat.update", "1.0") == pytest.approx(UPDATE_GAP_SECONDS)


def test_another_message_may_be_edited_meanwhile(pacer):
    pacer.take("T1", "chat.update", "1.0")

    assert pacer.wait_seconds("T1", "chat.update", "2.0") == 0


def test_all_edits_of_a_minute_stay_within_the_tier(pacer, clock):
    edits = 0
    while clock.now < 60:
        wait_seconds = pacer.wait_seconds("T1", "chat.update", f"{edits}.0")
        clock.now += wait_seconds
        pacer.take("T1", "chat.update", f"{edits}.0")
        edits += 1

    assert 40 <= edits <= 50


def test_a_channel_gets_one_post_a_second_after_a_short_burst(pacer):
    for _ in range(3):
        assert pacer.wait_seconds("T1", "chat.postMessage", "C1") == 0
        pacer.take("T1", "chat.postMessage", "C1")

    assert pacer.wait_seconds("T1", "chat.postMessage", "C1") == pytest.approx(1.0)


def test_after_a_refusal_the_method_rests_for_the_whole_team(pacer, clock):
    pacer.refuse("T1", "chat.update", 30)
    clock.now = 10

    assert pacer.wait_seconds("T1", "chat.update", "9.0") == pytest.approx(20)


def test_one_team_never_waits_for_another(pacer):
    pacer.refuse("T1", "chat.update", 30)

    assert pacer.wait_seconds("T2", "chat.update", "9.0") == 0
