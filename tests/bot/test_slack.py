"""What the bot makes sure of before it says that it is ready."""

from pathlib import Path

import aiohttp
import pytest

from bot.settings import Settings
from bot.slack import connect_slack
from bot.wrong_settings import WrongSettings
from tuning.texts import Texts
from workspace.composition import Settings as WorkspaceSettings
from workspace.running import running_workspace

MANIFEST = Path(__file__).parents[2] / "manifest.yml"


@pytest.fixture(name="workspace")
async def _workspace():
    async with running_workspace(manifest=MANIFEST, settings=WorkspaceSettings()) as workspace:
        yield workspace


@pytest.fixture(name="connect")
async def _connect(workspace, tmp_path):
    async with aiohttp.ClientSession() as session:

        async def connect(team_channel):
            credentials = workspace.credentials
            settings = Settings(
                _env_file=None,
                slack_bot_token=credentials.bot_token,
                slack_app_token=credentials.app_token,
                slack_api_url=workspace.api_url,
                data=tmp_path,
                team_channel=team_channel,
            )
            return await connect_slack(settings, session)

        yield connect


async def test_a_team_channel_is_found_wrong_at_the_start_and_the_operator_told_what_to_do(connect, workspace):
    not_invited = workspace.state.channel_named("fine-tuning").id
    for channel_id in ("C0NOWHERE", not_invited):
        with pytest.raises(WrongSettings) as wrong:
            await connect(channel_id)
        (sentence,) = wrong.value.sentences(Texts.load(), "en")
        assert channel_id in sentence
        assert "/invite" in sentence


async def test_a_team_channel_with_the_bot_in_it_is_accepted(connect, workspace):
    channel_id = workspace.state.channel_named("fine-tuning").id
    await workspace.person("ada").invite(channel_id, workspace.credentials.bot_user_id)

    assert (await connect(channel_id)).client.token == workspace.credentials.bot_token
