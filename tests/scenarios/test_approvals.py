"""Money: who may start, who is asked, and that what was approved happens once, with what was asked for."""

import asyncio
import json
from pathlib import Path

import pytest
from slack_bolt.async_app import AsyncBoltRequest

from storage.rows import Tenant
from tests.scenarios.conftest import bot_settings
from tests.scenarios.watching import shown
from tests.tuning.scripted_host import ScriptedHost, served

MARV = (Path(__file__).parents[2] / "examples" / "marv.jsonl").read_bytes()


@pytest.fixture(name="host")
async def _host():
    """A provider that costs money."""
    host = ScriptedHost()
    async with served(host.app()) as host.base_url:
        yield host
        host.hanging.set()


@pytest.fixture(name="settings")
def _settings(workspace, host, tmp_path):
    """Everybody may start, up to three cents a job."""
    return bot_settings(
        workspace,
        host.base_url,
        tmp_path,
        provider="openai",
        given_provider_key="sk-test",
        starters=("everyone",),
        job_cap_usd="0.03",
    )


@pytest.fixture(name="channel_id")
async def _channel_id(workspace, bot) -> str:
    channel_id = workspace.state.channel_named("fine-tuning").id
    await workspace.person("ada").invite(channel_id, workspace.credentials.bot_user_id)
    return channel_id


@pytest.fixture(name="asked")
async def _asked(workspace, watch, channel_id):
    """Bo has asked for a job over the cap; the thread of its card."""
    bo, eyes = workspace.person("bo"), watch("bo")
    dropped = await bo.share_file(channel_id, "marv.jsonl", MARV)
    report = await eyes.reply(channel_id, dropped.ts, "jobs.start")
    await bo.click(report.ts, channel_id, "jobs.start")
    form = await eyes.form()
    assert form.definition["submit"]["text"] == "Ask an admin"
    assert "the limit for one job is $0.03" in json.dumps(form.definition)
    assert (
        await bo.submit_view(form.id, {"n_epochs": {"jobs.changed.n_epochs": "9"}, "suffix": {"suffix": "moon"}}) == {}
    )
    await eyes.reply(channel_id, dropped.ts, "waits for approval", "it costs more than one job may")
    return dropped.ts


@pytest.fixture(name="request_to_ada")
async def _request_to_ada(workspace, watch, asked):
    """Ada's direct message with the bot, and the request in it."""
    dm = await workspace.person("ada").open_dm(workspace.credentials.bot_user_id)
    return dm, await watch("ada").message(dm, "asks to train *marv*", "$0.03", "approvals.approve")


async def _forge(bot, workspace, name: str, channel_id: str, action_id: str, value: str) -> None:
    """A click as this person's client could send it, whatever buttons they were shown."""
    body = {
        "type": "block_actions",
        "team": {"id": workspace.credentials.team_id},
        "user": {"id": workspace.person(name).user.id},
        "channel": {"id": channel_id},
        "container": {"type": "message", "channel_id": channel_id},
        "trigger_id": "1.2.3",
        "actions": [{"type": "button", "action_id": action_id, "block_id": "b", "value": value}],
    }
    await bot.slack.interactions.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))


async def test_an_approved_job_starts_once_with_what_was_asked_for(
    *, workspace, watch, bot, host, channel_id, asked, request_to_ada
):
    ada, eyes = workspace.person("ada"), watch("ada")
    dm, request = request_to_ada
    (job,) = await bot.stores.starts.awaiting(Tenant(workspace.credentials.team_id))
    # Neither who asked nor anybody else may decide, whatever they send.
    for name in ("bo", "gus"):
        await _forge(bot, workspace, name, channel_id, "approvals.approve", job.id)
    await watch("bo").ephemeral(channel_id, "Only admins approve")
    assert (await bot.stores.starts.awaiting(job.tenant), host.jobs) == ([job], [])

    await asyncio.gather(*(ada.click(request.ts, dm, "approvals.approve") for _ in range(3)))
    await eyes.sees(lambda: "has approved *marv*" in shown(ada.message(dm, request.ts)))
    await watch("bo").reply(channel_id, asked, f"<@{ada.user.id}> has approved *marv*")
    await eyes.sees(lambda: host.jobs)

    (created,) = host.jobs
    assert created["method"]["supervised"]["hyperparameters"]["n_epochs"] == 9
    assert created["suffix"] == "moon"
    assert "approvals.approve" not in shown(ada.message(dm, request.ts))

    await ada.command(dm, "/finetune", "audit")
    trail = shown(await eyes.ephemeral(dm, "newest decisions"))
    assert [word in trail for word in ("asked to start", "tried to decide", "approved *marv*")] == [True] * 3
    await workspace.person("bo").command(channel_id, "/finetune", "audit")
    await watch("bo").ephemeral(channel_id, "for admins alone")


async def test_a_declined_job_says_by_whom_and_costs_nothing(workspace, watch, host, channel_id, asked, request_to_ada):
    ada = workspace.person("ada")
    dm, request = request_to_ada
    await ada.click(request.ts, dm, "approvals.decline")

    await watch("bo").reply(channel_id, asked, "was declined by", ada.user.id)
    await watch("bo").reply(channel_id, asked, "cancelled", f"Declined by <@{ada.user.id}>")
    await watch("ada").sees(lambda: "has declined" in shown(ada.message(dm, request.ts)))
    assert host.jobs == []


async def test_an_admin_who_asks_alone_is_told_that_nobody_can_approve(workspace, watch, host, channel_id):
    ada, eyes = workspace.person("ada"), watch("ada")
    dropped = await ada.share_file(channel_id, "marv.jsonl", MARV)
    report = await eyes.reply(channel_id, dropped.ts, "jobs.start")
    await ada.click(report.ts, channel_id, "jobs.start")
    assert await ada.submit_view((await eyes.form()).id) == {}
    await eyes.reply(channel_id, dropped.ts, "There is nobody to ask")
    await ada.command(channel_id, "/finetune", "审批")
    waiting = await eyes.ephemeral(channel_id, "waits for an approval")
    await ada.click(waiting.ts, channel_id, "approvals.approve")

    await eyes.ephemeral(channel_id, "Nobody decides on their own job")
    assert host.jobs == []
