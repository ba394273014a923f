"""What of an event is kept, whose installation an interaction belongs to, and where its private answer is seen."""

import pytest

from handlers.envelopes import Envelope, kept_body, place_of_private_answer, tenant_of_interaction
from storage.rows import Place, Tenant


@pytest.mark.parametrize(
    ("body", "tenant"),
    [
        pytest.param({"team_id": "T1", "user_id": "U1"}, Tenant("T1"), id="a command"),
        pytest.param(
            {"team": {"id": "T1"}, "enterprise": {"id": "E1"}, "user": {"id": "U1"}}, Tenant("T1", "E1"), id="a click"
        ),
        pytest.param(
            {"team": {"id": "T1"}, "enterprise": {"id": "E1"}, "view": {"app_installed_team_id": "T1"}},
            Tenant("T1", "E1"),
            id="a modal",
        ),
        pytest.param(
            {"team": {"id": "T9"}, "enterprise": {"id": "E9"}, "view": {"app_installed_team_id": "T1"}},
            Tenant("T1"),
            id="a modal that another company's person has opened",
        ),
        pytest.param(
            {"team": None, "enterprise": {"id": "E1"}, "user": {"id": "U1", "team_id": "T1"}},
            Tenant("T1", "E1"),
            id="an installation for the whole organisation",
        ),
    ],
)
def test_an_interaction_belongs_to_the_workspace_that_has_installed_us(body, tenant):
    assert tenant_of_interaction(body) == tenant


@pytest.mark.parametrize(
    ("clicked", "thread_ts"),
    [
        pytest.param({"message": {"ts": "1.0"}}, "", id="in a channel, where no thread has begun"),
        pytest.param({"message": {"ts": "1.0", "thread_ts": "1.0"}}, "", id="at the root of a thread"),
        pytest.param({"message": {"ts": "2.0", "thread_ts": "1.0"}}, "1.0", id="in a thread"),
        pytest.param({"container": {"message_ts": "2.0", "is_ephemeral": True}}, "", id="in a private answer"),
        pytest.param({"container": {"message_ts": "2.0", "thread_ts": "1.0"}}, "1.0", id="in one that is in a thread"),
        pytest.param({}, "", id="by a command"),
    ],
)
def test_a_private_answer_stands_where_it_is_seen_and_begins_no_thread(clicked, thread_ts):
    assert place_of_private_answer({"channel": {"id": "C1"}, **clicked}) == Place("C1", thread_ts)


def message(*names, **fields):
    """A message with files, each as Slack describes a text."""
    files = [
        {"id": f"F{name}", "name": name, "title": name, "mode": "hosted", "preview": "secret", "initial_comment": {"comment": "secret"}}
        for name in names
    ]  # fmt: skip
    event = {"type": "message", "subtype": "file_share", "user": "U1", "channel": "C1", "ts": "1.0", "text": "secret"}
    return Envelope(
        {"event_id": "E1", "authorizations": [{"user_id": "UBOT"}], "event": event | {"files": files} | fields}
    )


async def nobody_s(tenant, place):
    return False


async def test_of_files_only_what_we_shall_check_is_kept_and_nothing_that_stands_in_or_beside_it():
    kept = await kept_body(message("marv.jsonl", "minutes.txt"), nobody_s)

    assert [sorted(file.items()) for file in kept["event"]["files"]] == [
        [("id", "Fmarv.jsonl"), ("mode", "hosted"), ("name", "marv.jsonl"), ("title", "marv.jsonl")]
    ]
    assert "secret" not in str(kept)
    assert await kept_body(message("minutes.txt"), nobody_s) is None


async def test_of_a_file_that_is_meant_for_us_its_words_beside_are_kept_and_no_preview():
    kept = await kept_body(message("table.csv", channel_type="im", text="Is this good?"), nobody_s)

    assert [file["name"] for file in kept["event"]["files"]] == ["table.csv"]
    assert kept["event"]["text"] == "Is this good?"
    assert "secret" not in str(kept)
