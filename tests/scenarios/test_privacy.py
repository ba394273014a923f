"""What is dropped in a direct message or a private channel stays there, and guests get nothing."""

import json
from pathlib import Path

import pytest

from tests.scenarios.watching import shown

MARV = (Path(__file__).parents[2] / "examples" / "marv.jsonl").read_bytes()


@pytest.fixture(name="channel_id")
async def _channel_id(workspace, bot) -> str:
    """#fine-tuning, to which ada has invited the bot."""
    channel_id = workspace.state.channel_named("fine-tuning").id
    await workspace.person("ada").invite(channel_id, workspace.credentials.bot_user_id)
    return channel_id


@pytest.fixture(name="salaries")
async def _salaries(workspace, watch, bot) -> str:
    """Lin's direct message with the bot, with a dataset in it."""
    lin = workspace.person("lin")
    dm = await lin.open_dm(workspace.credentials.bot_user_id)
    dropped = await lin.share_file(dm, "salaries.jsonl", MARV)
    await watch("lin").reply(dm, dropped.ts, "jobs.start")
    return dm


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("check", "No datasets yet"),
        ("check salaries", "no dataset called `salaries`"),
    ],
)
async def test_a_dataset_of_a_direct_message_does_not_exist_for_others(
    workspace, watch, channel_id, salaries, typed, answer
):
    await workspace.person("bo").command(channel_id, "/finetune", typed)

    assert "examples" not in shown(await watch("bo").ephemeral(channel_id, answer))


async def test_what_shall_be_started_is_looked_up_once_the_modal_is_open_whose_trigger_lives_three_seconds(
    workspace, watch, channel_id, salaries
):
    bo = workspace.person("bo")
    await bo.command(channel_id, "/finetune", "start salaries")

    await watch("bo").sees(lambda: any("no dataset" in str(view.definition) for view in bo.open_views()))


async def test_its_owner_finds_it_from_anywhere_but_not_where_others_read(workspace, watch, channel_id, salaries):
    lin, eyes = workspace.person("lin"), watch("lin")
    await lin.command(channel_id, "/finetune", "check salaries")
    await eyes.ephemeral(channel_id, "salaries", "jobs.start")
    asked = await lin.post(channel_id, f"<@{workspace.credentials.bot_user_id}> check salaries")

    assert "jobs.start" not in shown(await eyes.reply(channel_id, asked.ts, "`salaries`"))


async def test_a_private_channels_dataset_is_for_those_inside(workspace, watch, channel_id):
    lab, lin = workspace.state.channel_named("lab").id, workspace.person("lin")
    await workspace.person("ada").invite(lab, workspace.credentials.bot_user_id)
    dropped = await workspace.person("ada").share_file(lab, "secret.jsonl", MARV)
    await watch("lin").reply(lab, dropped.ts, "jobs.start")

    await lin.command(lab, "/finetune", "check secret")
    await watch("lin").ephemeral(lab, "secret", "jobs.start")
    await workspace.person("bo").command(channel_id, "/finetune", "start")

    modal = await watch("bo").sees(
        lambda: next((view for view in workspace.person("bo").open_views() if ".jsonl" in str(view.definition)), None)
    )
    assert "secret" not in json.dumps(modal.definition)


async def test_a_guest_is_told_that_only_members_are_served(workspace, watch, bot):
    general, gus = workspace.state.channel_named("general").id, workspace.person("gus")
    await workspace.person("ada").invite(general, workspace.credentials.bot_user_id)
    await gus.command(general, "/finetune", "jobs")
    await watch("gus").ephemeral(general, "full members of this workspace only")
    dropped = await gus.share_file(general, "marv.jsonl", MARV)

    await watch("gus").reply(general, dropped.ts, "full members of this workspace only")


async def test_a_guests_app_home_shows_nothing_of_the_teams(workspace, watch, bot):
    gus = workspace.person("gus")
    await gus.open_home()
    home = await watch("gus").sees(lambda: gus.home(workspace.app.id))

    assert "full members of this workspace only" in json.dumps(home.definition)
    assert "jobs.start" not in json.dumps(home.definition)
