"""From outside a private channel, from another workspace, and with forged buttons, nothing of the team's is reached."""

from datetime import UTC, datetime

import pytest
from slack_bolt.async_app import AsyncBoltRequest

from storage.rows import DatasetFormat, Job, JobRequest, JobStatus, Model, Place, Tenant
from tests.scenarios.watching import shown

FORGED = [
    ("jobs.status", "job_9"),
    ("jobs.events", "job_9"),
    ("jobs.compare", "job_9"),
    ("jobs.cancel", "job_9"),
    ("jobs.again", "job_9"),
    ("jobs.start", "ds_9"),
    ("datasets.findings", "ds_9-v1"),
    ("models.code", "ft:9"),
    ("models.ask", "ft:9"),
    ("models.delete", "ft:9"),
    ("models.delete.yes", "ft:9"),
    ("approvals.approve", "job_9"),
    ("approvals.decline", "job_9"),
]
"""Buttons of a private channel's job and model, by their ids, as nobody outside was ever shown them."""


@pytest.fixture(name="tenant")
def _tenant(workspace) -> Tenant:
    return Tenant(workspace.credentials.team_id)


@pytest.fixture(name="secret")
async def _secret(workspace, bot, tenant):
    """A job that runs and a model that answers, both of ada's, in #lab, where lin is and bo is not."""
    lab, ada = workspace.state.channel_named("lab").id, workspace.person("ada")
    await ada.invite(lab, workspace.credentials.bot_user_id)
    place, now = Place(lab, (await ada.post(lab, "Here we train")).ts), datetime.now(UTC)
    request = JobRequest("trainer", "tiny-random", "ds_9-v1")
    whole = {"status": JobStatus.RUNNING, "status_since": now}
    await bot.stores.jobs.add(Job("job_9", tenant, "salaries", ada.user.id, place, request, now, **whole))
    named = {"id": "ft:9", "name": "salaries", "provider": "trainer", "job_id": "job_9", "base_model": "tiny-random"}
    prompts = {"system_prompt": "Salaries.", "prompt_separator": "", "completion_stop": ""}
    kept = {"owner_id": ada.user.id, "place": place, "format": DatasetFormat.CHAT, "created_at": now}
    await bot.stores.models.add(Model(tenant=tenant, **named, **prompts, **kept))


@pytest.fixture(name="forge")
def _forge(workspace, bot, channel_id):
    """A click as a person's client could send it, answered to its end."""

    async def forge(name: str, team_id: str, action_id: str, value: str) -> None:
        body = {
            "type": "block_actions",
            "team": {"id": team_id},
            "user": {"id": workspace.person(name).user.id},
            "channel": {"id": channel_id},
            "container": {"type": "message", "channel_id": channel_id},
            "trigger_id": "1.2.3",
            "actions": [{"type": "button", "action_id": action_id, "block_id": "b", "value": value}],
        }
        await bot.slack.interactions.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
        await bot.slack.in_flight.drained()

    return forge


@pytest.fixture(name="channel_id")
async def _channel_id(workspace, bot) -> str:
    channel_id = workspace.state.channel_named("fine-tuning").id
    await workspace.person("ada").invite(channel_id, workspace.credentials.bot_user_id)
    return channel_id


async def test_forged_buttons_reach_nothing_from_outside_a_private_channel_or_another_workspace(
    workspace, bot, tenant, channel_id, secret, forge
):
    for action_id, value in FORGED:
        await forge("bo", tenant.team_id, action_id, value)
        await forge("ada", "T0ANOTHER", action_id, value)

    seen = [shown(one) for one in workspace.person("bo").ephemerals(channel_id)]
    seen += [shown(one) for one in workspace.person("ada").ephemerals(channel_id)]
    assert len(seen) >= len(FORGED)
    assert not [text for text in seen if "alaries" in text]
    job, model = await bot.stores.jobs.get(tenant, "job_9"), await bot.stores.models.get(tenant, "ft:9")
    assert (job.is_cancel_requested, model.deleted_at) == (False, None)


@pytest.mark.parametrize("typed", ["status salaries", "jobs", "models", "events salaries", "approvals"])
async def test_what_lives_in_a_private_channel_is_not_named_outside(workspace, watch, channel_id, secret, typed):
    bo = workspace.person("bo")
    await bo.command(channel_id, "/finetune", typed)
    told = await watch("bo").sees(lambda: bo.ephemerals(channel_id))

    assert "tiny-random" not in shown(told[0])
    assert "Salaries" not in shown(told[0])


async def test_its_members_and_admins_find_it_from_elsewhere(workspace, watch, channel_id, secret):
    for name in ("lin", "ada"):
        await workspace.person(name).command(channel_id, "/finetune", "status salaries")
        await watch(name).ephemeral(channel_id, "*salaries*", "tiny-random")
