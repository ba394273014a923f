"""Every failure ends in a sentence for whoever caused it, or in a refusal that makes Slack try again."""

from dataclasses import replace

import pytest
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncRespond

from handlers.errors import Errors
from storage.errors import DatabaseUnavailable
from storage.people import PeopleStore


class Away(PeopleStore):
    """What is known of people, in a database that is away."""

    async def get(self, *_):
        raise DatabaseUnavailable

    async def put(self, *_):
        raise DatabaseUnavailable


@pytest.fixture(name="errors")
def _errors(people, database) -> Errors:
    # The outbox has no part in what is answered at once.
    return Errors(replace(people, store=Away(database)), None, lambda: "1f3a")


def click_of(workspace, name: str, channel_id: str) -> dict:
    person = workspace.person(name)
    return {
        "type": "block_actions",
        "team": {"id": workspace.credentials.team_id},
        "user": {"id": person.user.id},
        "channel": {"id": channel_id},
    }


@pytest.mark.parametrize(("name", "sentence"), [("ada", "My database doesn't answer"), ("lin", "数据库暂时没有响应")])
async def test_a_click_is_answered_in_ones_own_language_while_the_database_is_away(
    workspace, client, channel_id, errors, name, sentence
):
    body = click_of(workspace, name, channel_id)
    await errors.after_interaction(
        DatabaseUnavailable(), body, AsyncRespond(response_url=None), client, BoltResponse(status=500)
    )

    (told,) = workspace.person(name).ephemerals(channel_id)
    assert sentence in told.text


async def test_an_unexpected_fault_names_its_incident(workspace, client, channel_id, errors):
    body = click_of(workspace, "ada", channel_id)
    await errors.after_interaction(
        RuntimeError("a bug"), body, AsyncRespond(response_url=None), client, BoltResponse(status=500)
    )

    (told,) = workspace.person("ada").ephemerals(channel_id)
    assert "`1f3a`" in told.text


async def test_an_event_that_could_not_be_stored_is_refused_and_tells_nobody(client, errors):
    body = {"type": "event_callback", "event_id": "Ev1", "event": {"type": "message", "user": "U1"}}

    response = await errors.after_interaction(
        DatabaseUnavailable(), body, AsyncRespond(response_url=None), client, BoltResponse(status=500)
    )

    assert response.status == 500
