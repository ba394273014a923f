"""What an app may learn about people and conversations."""

from slack_sdk.web.async_client import AsyncWebClient

from workspace.running import RunningWorkspace


async def test_the_app_knows_itself_and_its_team(workspace: RunningWorkspace, client: AsyncWebClient):
    me = await client.auth_test()
    team = await client.team_info()

    assert (me["user_id"], me["bot_id"]) == (workspace.credentials.bot_user_id, workspace.credentials.bot_id)
    assert (me["team_id"], team["team"]["name"]) == (workspace.credentials.team_id, "Marvellous Ltd")


async def test_a_users_locale_comes_when_asked_for(workspace: RunningWorkspace, client: AsyncWebClient, refused):
    lin = workspace.person("lin").user.id

    assert (await client.users_info(user=lin, include_locale=True))["user"]["locale"] == "zh-CN"
    assert "locale" not in (await client.users_info(user=lin))["user"]
    with refused("user_not_found"):
        await client.users_info(user="U0NOBODY")


async def test_roles_are_told(client: AsyncWebClient):
    members = {member["name"]: member for member in (await client.users_list())["members"]}

    assert (members["ada"]["is_admin"], members["ada"]["is_owner"]) == (True, True)
    assert (members["bo"]["is_admin"], members["gus"]["is_restricted"]) == (False, True)
    assert members["echo"]["is_bot"]


async def test_only_private_channels_the_app_is_in_are_listed(workspace: RunningWorkspace, client: AsyncWebClient):
    types = "public_channel,private_channel"
    before = {channel["name"] for channel in (await client.conversations_list(types=types))["channels"]}

    await workspace.person("ada").invite(workspace.state.channel_named("lab").id, workspace.credentials.bot_user_id)
    after = {channel["name"] for channel in (await client.conversations_list(types=types))["channels"]}

    assert (before, after - before) == ({"general", "fine-tuning"}, {"lab"})
    mine = await client.users_conversations(types=types)
    assert [channel["name"] for channel in mine["channels"]] == ["lab"]


async def test_joining_makes_a_member(workspace: RunningWorkspace, client: AsyncWebClient):
    channel = workspace.state.channel_named("fine-tuning").id

    await client.conversations_join(channel=channel)

    assert workspace.credentials.bot_user_id in (await client.conversations_members(channel=channel))["members"]


async def test_opening_a_direct_message_twice_gives_the_same_one(workspace: RunningWorkspace, client: AsyncWebClient):
    first = await client.conversations_open(users=workspace.person("bo").user.id)
    second = await client.conversations_open(users=workspace.person("bo").user.id)

    assert first["channel"]["id"] == second["channel"]["id"]
    assert second["already_open"]


async def test_history_runs_backwards_and_replies_forwards_a_page_at_a_time(
    workspace: RunningWorkspace, client: AsyncWebClient, general: str, refused
):
    ada = workspace.person("ada")
    messages = [await ada.post(general, f"message {n}") for n in range(3)]
    await ada.post(general, "a reply", thread_ts=messages[0].ts)

    first = await client.conversations_history(channel=general, limit=2)
    rest = await client.conversations_history(
        channel=general, limit=2, cursor=first["response_metadata"]["next_cursor"]
    )
    thread = await client.conversations_replies(channel=general, ts=messages[0].ts)
    later = await client.conversations_history(channel=general, oldest=messages[1].ts)

    assert [message["text"] for message in first["messages"]] == ["message 2", "message 1"]
    assert (first["has_more"], rest["has_more"]) == (True, False)
    assert (rest["messages"][0]["reply_count"], rest["messages"][0]["text"]) == (1, "message 0")
    assert [message["text"] for message in thread["messages"]] == ["message 0", "a reply"]
    assert [message["text"] for message in later["messages"]] == ["message 2"]
    with refused("thread_not_found"):
        await client.conversations_replies(channel=general, ts="1.000000")


async def test_reactions_are_added_once_and_taken_back(
    workspace: RunningWorkspace, client: AsyncWebClient, general: str, refused
):
    message = await workspace.person("ada").post(general, "done")

    await client.reactions_add(channel=general, timestamp=message.ts, name="white_check_mark")
    with refused("already_reacted"):
        await client.reactions_add(channel=general, timestamp=message.ts, name="white_check_mark")
    await client.reactions_remove(channel=general, timestamp=message.ts, name="white_check_mark")
    with refused("no_reaction"):
        await client.reactions_remove(channel=general, timestamp=message.ts, name="white_check_mark")


async def test_a_status_shows_until_the_app_answers(workspace: RunningWorkspace, client: AsyncWebClient, direct: str):
    ts = (await workspace.person("ada").post(direct, "hello")).ts

    await client.assistant_threads_setStatus(channel_id=direct, thread_ts=ts, status="is thinking...")
    thinking = workspace.state.thread_statuses[direct, ts]
    await client.chat_postMessage(channel=direct, thread_ts=ts, text="Hi")

    assert thinking["status"] == "is thinking..."
    assert workspace.state.thread_statuses == {}


async def test_at_most_four_prompts_are_suggested(
    workspace: RunningWorkspace, client: AsyncWebClient, direct: str, refused
):
    prompts = [{"title": f"Prompt {n}", "message": "Go"} for n in range(5)]

    await client.api_call("assistant.threads.setSuggestedPrompts", json={"channel_id": direct, "prompts": prompts[:4]})
    with refused("invalid_arguments"):
        await client.api_call("assistant.threads.setSuggestedPrompts", json={"channel_id": direct, "prompts": prompts})

    assert len(workspace.state.suggested_prompts[direct, None]["prompts"]) == 4


async def test_agent_sessions_are_disabled(client: AsyncWebClient, direct: str, refused):
    with refused("feature_disabled"):
        await client.api_call("agents.sessions.setStatus", json={"channel_id": direct, "status": "active"})
