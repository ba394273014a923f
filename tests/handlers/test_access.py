"""Who is shown what: by where a thing lives, who asks, and who else reads the answer."""

from datetime import UTC, datetime, timedelta

import pytest

from handlers.channels import REMEMBERED_FOR, Channels
from handlers.people import is_outsider
from storage.rows import Tenant


@pytest.fixture(name="clock")
def _clock():
    class Clock:
        now = datetime(2026, 11, 22, tzinfo=UTC)

        def __call__(self):
            return self.now

    return Clock()


@pytest.fixture(name="channels")
def _channels(client, clock):
    return Channels(client, clock)


async def test_only_a_channel_that_everybody_may_join_is_public(workspace, channels):
    bot = workspace.credentials.bot_user_id
    lab = workspace.state.channel_named("lab").id
    await workspace.person("ada").invite(lab, bot)
    dm = await workspace.person("lin").open_dm(bot)
    places = [workspace.state.channel_named("general").id, lab, dm, "C0UNKNOWN", ""]

    assert [await channels.is_public(place) for place in places] == [True, False, False, False, False]


async def test_a_channel_made_private_is_private_to_us_ten_minutes_later_at_the_latest(workspace, channels, clock):
    channel = workspace.state.channel_named("general")
    assert await channels.is_public(channel.id)
    channel.is_private = True
    clock.now += REMEMBERED_FOR - timedelta(seconds=1)
    assert await channels.is_public(channel.id)
    clock.now += timedelta(seconds=1)

    assert not await channels.is_public(channel.id)


async def test_the_members_of_a_private_channel_are_known_soon_after_we_are_in_it(workspace, channels, clock):
    lab, bot = workspace.state.channel_named("lab"), workspace.credentials.bot_user_id
    people = [workspace.person(name).user.id for name in ("lin", "bo")]
    before = [await channels.has_member(lab.id, user_id) for user_id in people]
    await workspace.person("ada").invite(lab.id, bot)
    dm = await workspace.person("lin").open_dm(bot)
    clock.now += timedelta(seconds=10)

    assert before == [False, False]
    assert [await channels.has_member(lab.id, user_id) for user_id in people] == [True, False]
    assert [await channels.has_member(place, people[0]) for place in (dm, "C0UNKNOWN", "")] == [False] * 3


async def test_a_channel_that_slack_keeps_from_us_is_asked_about_once_in_ten_minutes(workspace, channels, clock):
    lab, lin = workspace.state.channel_named("lab"), workspace.person("lin").user.id
    assert not await channels.is_public(lab.id)
    assert not await channels.has_member(lab.id, lin)
    lab.is_private = False

    assert not await channels.is_public(lab.id)
    assert not await channels.has_member(lab.id, lin)
    clock.now += REMEMBERED_FOR
    assert await channels.is_public(lab.id)
    assert await channels.has_member(lab.id, lin)


async def test_a_guest_is_known_as_one_and_so_is_somebody_slack_does_not_know(workspace, people, tenant):
    asked = [await people.actor(tenant, user_id) for user_id in (workspace.person("gus").user.id, "U0NOBODY")]
    member = await people.actor(tenant, workspace.person("bo").user.id)

    assert ([actor.is_guest for actor in asked], member.is_guest) == ([True, True], False)


@pytest.mark.parametrize(
    ("user", "is_foreign"),
    [
        pytest.param({"team_id": "T1"}, False, id="a colleague"),
        pytest.param({"team_id": "T2"}, True, id="of another company"),
        pytest.param({"team_id": "T1", "is_stranger": True}, True, id="a stranger, as Slack says"),
        pytest.param({"team_id": "T2", "enterprise_user": {"teams": ["T2", "T1"]}}, False, id="of our organisation"),
    ],
)
def test_somebody_of_another_workspace_is_an_outsider(user, is_foreign):
    assert is_outsider(user, Tenant("T1")) is is_foreign


async def test_somebody_new_must_be_looked_up_and_is_known_for_an_hour_then(workspace, people, tenant):
    user_id = workspace.person("bo").user.id
    before = await people.knows(tenant, user_id)
    await people.actor(tenant, user_id)

    assert (before, await people.knows(tenant, user_id)) == (False, True)
