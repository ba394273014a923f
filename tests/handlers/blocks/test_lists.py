"""What lists offer, and to whom."""

from dataclasses import replace

import pytest

from handlers.blocks.lists import event_list, model_list
from handlers.language import Voice
from storage.rows import JobStatus
from tests.handlers.blocks.samples import listed, model, plain_job
from tuning.access import Actor
from tuning.texts import Texts

ENGLISH = Voice(Texts.load(), "en")


@pytest.mark.parametrize(
    ("reader", "is_offered"),
    [
        pytest.param(Actor("U1"), True, id="owner"),
        pytest.param(Actor("U2", is_admin=True), True, id="admin"),
        pytest.param(Actor("U2"), False, id="somebody else"),
    ],
)
def test_only_who_may_delete_a_model_is_offered_to(reader, is_offered):
    shown = model_list(ENGLISH, listed([model()], reader)).blocks
    offered = [one["action_id"] for block in shown for one in block.get("elements", []) if "action_id" in one]

    assert "models.ask" in offered
    assert ("models.delete" in offered) is is_offered


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({}, "has no events yet", id="running"),
        pytest.param(
            {"status": JobStatus.FAILED, "provider_job_id": ""}, "before it reached the provider", id="failed"
        ),
        pytest.param({"status": JobStatus.STARTING, "provider_job_id": ""}, "has no events yet", id="starting"),
    ],
)
def test_a_job_without_events_says_whether_any_may_come(changes, words):
    assert words in event_list(ENGLISH, replace(plain_job(), **changes), []).text
