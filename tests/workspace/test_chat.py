"""What chat.* takes, changes and refuses."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from workspace.running import RunningWorkspace


async def test_a_posted_message_is_seen_by_people_and_described_to_the_app(
    workspace: RunningWorkspace, client: AsyncWebClient, general: str
):
    posted = await client.chat_postMessage(
        channel=general, text="hello", metadata={"event_type": "greeting", "event_payload": {"n": 1}}
    )

    assert posted["message"]["bot_id"] == workspace.credentials.bot_id
    assert posted["message"]["metadata"]["event_payload"] == {"n": 1}
    assert [message.text for message in workspace.person("bo").messages(general)] == ["hello"]


async def test_a_message_to_a_user_id_opens_the_direct_message(workspace: RunningWorkspace, client: AsyncWebClient):
    lin = workspace.person("lin")

    posted = await client.chat_postMessage(channel=lin.user.id, text="psst")

    assert [message.text for message in lin.messages(posted["channel"])] == ["psst"]
    assert posted["channel"] not in [channel.id for channel in workspace.person("ada").channels()]


async def test_a_reply_to_a_reply_joins_the_same_thread(
    client: AsyncWebClient, workspace: RunningWorkspace, general: str
):
    root = await client.chat_postMessage(channel=general, text="root")
    reply = await client.chat_postMessage(channel=general, text="first", thread_ts=root["ts"])
    await client.chat_postMessage(channel=general, text="second", thread_ts=reply["ts"])

    ada = workspace.person("ada")
    assert [message.text for message in ada.replies(general, root["ts"])] == ["root", "first", "second"]
    assert [message.text for message in ada.messages(general)] == ["root"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({}, "no_text"),
        ({"text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ({"markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"text": "x", "blocks": "[{"}, "invalid_blocks_format"),
        ({"text": "x", "blocks": [{"type": "bogus"}]}, "invalid_blocks"),
        ({"text": "x", "thread_ts": "1.000000"}, "thread_not_found"),
        ({"text": "x", "metadata": {"event_type": "t"}}, "invalid_metadata_format"),
    ],
)
async def test_content_that_slack_would_refuse_is_refused(
    client: AsyncWebClient, general: str, refused, arguments, code
):
    with refused(code):
        await client.api_call("chat.postMessage", json={"channel": general, **arguments})


async def test_text_over_40000_characters_is_cut_with_a_warning(client: AsyncWebClient, general: str):
    posted = await client.chat_postMessage(channel=general, text="x" * 40_001)

    assert posted["warning"] == "message_truncated"
    assert len(posted["message"]["text"]) == 40_000


async def test_an_update_takes_4000_characters_and_not_one_more(client: AsyncWebClient, general: str, refused):
    ts = (await client.chat_postMessage(channel=general, text="short"))["ts"]

    await client.chat_update(channel=general, ts=ts, text="x" * 4_000)
    with refused("msg_too_long"):
        await client.chat_update(channel=general, ts=ts, text="x" * 4_001)


async def test_only_an_update_of_the_text_shows_as_edited(client: AsyncWebClient, general: str):
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "card"}}]
    ts = (await client.chat_postMessage(channel=general, text="card", blocks=blocks))["ts"]

    with_blocks = await client.chat_update(channel=general, ts=ts, text="card 2", blocks=blocks)
    with_text = await client.chat_update(channel=general, ts=ts, text="card 3")

    assert "edited" not in with_blocks["message"]
    assert "edited" in with_text["message"]
    assert "blocks" not in with_text["message"]


async def test_rich_text_is_not_replaced_by_other_blocks(client: AsyncWebClient, general: str, refused):
    rich = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}]
    ts = (await client.chat_postMessage(channel=general, text="rich", blocks=rich))["ts"]

    with refused("block_mismatch"):
        await client.chat_update(channel=general, ts=ts, text="poor", blocks=[{"type": "divider"}])


async def test_an_app_changes_and_deletes_only_its_own_messages(
    workspace: RunningWorkspace, client: AsyncWebClient, general: str, refused
):
    message = await workspace.person("ada").post(general, "mine")

    with refused("cant_update_message"):
        await client.chat_update(channel=general, ts=message.ts, text="yours")
    with refused("cant_delete_message"):
        await client.chat_delete(channel=general, ts=message.ts)


async def test_a_deleted_message_is_gone(workspace: RunningWorkspace, client: AsyncWebClient, general: str, refused):
    ts = (await client.chat_postMessage(channel=general, text="oops"))["ts"]

    await client.chat_delete(channel=general, ts=ts)

    assert workspace.person("ada").messages(general) == []
    with refused("message_not_found"):
        await client.chat_update(channel=general, ts=ts, text="again")


async def test_an_ephemeral_message_is_seen_by_one_person_only(
    workspace: RunningWorkspace, client: AsyncWebClient, general: str, refused
):
    ada, bo = workspace.person("ada"), workspace.person("bo")

    await client.chat_postEphemeral(channel=general, user=ada.user.id, text="only you")

    assert [message.text for message in ada.ephemerals(general)] == ["only you"]
    assert bo.ephemerals(general) == []
    assert ada.messages(general) == []
    workspace.state.channels[general].member_ids.remove(bo.user.id)
    with refused("user_not_in_channel"):
        await client.chat_postEphemeral(channel=general, user=bo.user.id, text="only you")


async def test_a_permalink_names_channel_and_message(client: AsyncWebClient, general: str):
    ts = (await client.chat_postMessage(channel=general, text="here"))["ts"]

    answer = await client.chat_getPermalink(channel=general, message_ts=ts)

    assert answer["permalink"].endswith(f"/archives/{general}/p{ts.replace('.', '')}")
