"""Questions in threads: which model answers them, and what is said where none can."""

from datetime import UTC, datetime

import pytest
from slack_sdk.errors import SlackApiError

from storage.rows import DatasetFormat, Model, Place, Tenant


@pytest.fixture(name="channel_id")
def _channel_id(workspace) -> str:
    """#fine-tuning, where the bot is once somebody has invited it."""
    return workspace.state.channel_named("fine-tuning").id


@pytest.fixture(name="tenant")
def _tenant(workspace) -> Tenant:
    return Tenant(workspace.credentials.team_id)


@pytest.fixture(name="invited")
async def _invited(workspace, bot, channel_id) -> None:
    await workspace.person("ada").invite(channel_id, workspace.credentials.bot_user_id)


@pytest.fixture(name="add_model")
def _add_model(workspace, bot, tenant):
    """A model of ada's that answers as the trainer's untrained one does, since that is what it is."""

    async def add(name: str, place: Place, model_id: str = "tiny-random", **fields: object) -> Model:
        model = Model(
            id=model_id,
            tenant=tenant,
            name=name,
            provider="trainer",
            job_id=f"job_{name}",
            base_model="tiny-random",
            owner_id=workspace.person("ada").user.id,
            place=place,
            format=DatasetFormat.CHAT,
            system_prompt="",
            prompt_separator="",
            completion_stop="",
            created_at=datetime.now(UTC),
            **fields,
        )
        await bot.stores.models.add(model)
        return model

    return add


def event_of(message) -> dict:
    return {"user": message.user_id, "channel": message.channel_id, "ts": message.ts, "text": message.text}


async def test_an_answer_that_slack_did_not_take_is_written_when_the_event_is_tried_again(
    bot, workspace, watch, channel_id, tenant, add_model
):
    ada = workspace.person("ada")
    asked = await ada.post(channel_id, "marv What is the capital of France?")
    await add_model("marv", Place(channel_id, "1.0"))
    with pytest.raises(SlackApiError, match="not_in_channel"):
        await bot.conversation.addressed(tenant, event_of(asked), asked.text)

    await ada.invite(channel_id, workspace.credentials.bot_user_id)
    await bot.conversation.addressed(tenant, event_of(asked), asked.text)

    assert [reply.user_id for reply in ada.replies(channel_id, asked.ts)[1:]] == [workspace.credentials.bot_user_id]
