"""A deliberately wrong client meets Slack's own errors."""

import asyncio

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from workspace.composition import Settings
from workspace.delivery.delivery import Pace
from workspace.running import RunningWorkspace, running_workspace

MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Hello"},
    "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "world"}}],
}


@pytest.mark.parametrize(("token", "code"), [("xoxb-wrong", "invalid_auth"), ("", "not_authed")])
async def test_a_wrong_token_is_refused(workspace: RunningWorkspace, refused, token, code):
    with refused(code):
        await AsyncWebClient(token=token, base_url=workspace.api_url).auth_test()


async def test_each_kind_of_token_opens_only_its_own_methods(
    workspace: RunningWorkspace, client: AsyncWebClient, refused
):
    with refused("not_allowed_token_type"):
        await client.api_call("auth.test", headers={"Authorization": f"Bearer {workspace.credentials.app_token}"})
    with refused("not_allowed_token_type"):
        await client.apps_connections_open(app_token=workspace.credentials.bot_token)


async def test_an_unknown_method_is_refused(client: AsyncWebClient, refused):
    with refused("unknown_method"):
        await client.api_call("chat.shout")


async def test_a_missing_scope_is_named(manifest):
    manifest["oauth_config"]["scopes"]["bot"] = ["commands", "users:read"]
    async with running_workspace(manifest=manifest) as workspace:
        client = AsyncWebClient(token=workspace.credentials.bot_token, base_url=workspace.api_url)
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel="#general", text="hello")

    assert caught.value.response["error"] == "missing_scope"
    assert caught.value.response["needed"] == "chat:write"
    assert caught.value.response["provided"] == "commands,users:read"


async def test_a_channel_the_app_is_not_in_is_refused(client: AsyncWebClient, refused):
    with refused("not_in_channel"):
        await client.chat_postMessage(channel="#general", text="hello")


async def test_a_private_channel_the_app_is_not_in_does_not_exist_for_it(
    workspace: RunningWorkspace, client: AsyncWebClient, refused
):
    with refused("channel_not_found"):
        await client.chat_postMessage(channel=workspace.state.channel_named("lab").id, text="hello")


async def test_3001_characters_in_a_section_are_refused_with_a_pointer(client: AsyncWebClient, general: str):
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]

    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=general, text="long", blocks=blocks)

    assert caught.value.response["error"] == "invalid_blocks"
    message = "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert caught.value.response["response_metadata"]["messages"] == [message]


async def test_too_many_posts_in_a_channel_are_told_when_to_come_back(client: AsyncWebClient, general: str, clock):
    for _ in range(5):
        await client.chat_postMessage(channel=general, text="hello")

    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=general, text="hello")

    assert caught.value.response.status_code == 429
    assert caught.value.response["error"] == "ratelimited"
    assert caught.value.response.headers["Retry-After"] == "1"
    clock.move(1)
    await client.chat_postMessage(channel=general, text="hello")


async def test_calls_above_a_tier_are_refused_until_the_minute_has_flowed_back(
    client: AsyncWebClient, general: str, clock
):
    ts = (await client.chat_postMessage(channel=general, text="card"))["ts"]
    for step in range(50):
        await client.chat_update(channel=general, ts=ts, text=f"step {step}")

    with pytest.raises(SlackApiError) as caught:
        await client.chat_update(channel=general, ts=ts, text="step 50")

    assert caught.value.response.headers["Retry-After"] == "1"
    clock.move(60)
    await client.chat_update(channel=general, ts=ts, text="step 50")


@pytest.fixture(name="trigger_id")
async def _trigger_id(workspace: RunningWorkspace, app: AsyncApp, connected, general: str) -> str:
    """What the app got when Ada ran /echo."""
    trigger_ids = []

    @app.command("/echo")
    async def echo(ack, body):
        await ack()
        trigger_ids.append(body["trigger_id"])

    async with connected():
        await workspace.person("ada").command(general, "/echo")
    return trigger_ids[0]


async def test_a_trigger_opens_nothing_after_three_seconds(client: AsyncWebClient, refused, clock, trigger_id: str):
    clock.move(3.1)

    with refused("expired_trigger_id"):
        await client.views_open(trigger_id=trigger_id, view=MODAL)


async def test_a_trigger_is_used_up_by_the_first_modal(client: AsyncWebClient, refused, trigger_id: str):
    await client.views_open(trigger_id=trigger_id, view=MODAL)

    with refused("exchanged_trigger_id"):
        await client.views_open(trigger_id=trigger_id, view=MODAL)


async def test_an_invented_trigger_is_refused(client: AsyncWebClient, refused):
    with refused("invalid_trigger_id"):
        await client.views_open(trigger_id="1.2.three", view=MODAL)


async def test_a_late_acknowledgement_shows_the_person_an_error(manifest, clock):
    settings = Settings(clock=clock, pace=Pace(acknowledgement_seconds=0.05))
    async with running_workspace(manifest=manifest, settings=settings) as workspace:
        url = await _socket_url(workspace)
        async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
            assert (await socket.receive_json())["type"] == "hello"
            ada, lin = workspace.person("ada"), workspace.person("lin")
            channel = workspace.state.channel_named("general").id
            english = await ada.command(channel, "/echo", "hello")
            chinese = await lin.command(channel, "/echo", "你好")

    assert english.error == '/echo failed with the error "operation_timeout"'
    assert chinese.error == "/echo 执行失败，错误：“operation_timeout”"


async def test_a_command_fails_at_once_while_no_app_is_connected(workspace: RunningWorkspace, general: str):
    result = await workspace.person("ada").command(general, "/echo", "hello")

    assert not result.ok
    assert result.error == '/echo failed with the error "dispatch_failed"'


async def test_an_unanswered_event_is_sent_three_times_more_with_its_reason(manifest, clock):
    pace = Pace(acknowledgement_seconds=0.02, retry_intervals_seconds=(0.0, 0.0, 0.0))
    async with running_workspace(manifest=manifest, settings=Settings(clock=clock, pace=pace)) as workspace:
        channel = workspace.state.channel_named("general")
        channel.member_ids.append(workspace.credentials.bot_user_id)
        url = await _socket_url(workspace)
        async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
            await socket.receive_json()
            await workspace.person("ada").post(channel.id, "hello?")
            envelopes = [await asyncio.wait_for(socket.receive_json(), 5) for _ in range(4)]

    assert [envelope["retry_attempt"] for envelope in envelopes] == [0, 1, 2, 3]
    assert [envelope["retry_reason"] for envelope in envelopes] == ["", "timeout", "timeout", "timeout"]
    assert len({envelope["payload"]["event_id"] for envelope in envelopes}) == 1
    assert len({envelope["envelope_id"] for envelope in envelopes}) == 4


async def _socket_url(workspace: RunningWorkspace) -> str:
    client = AsyncWebClient(base_url=workspace.api_url)
    return (await client.apps_connections_open(app_token=workspace.credentials.app_token))["url"]
