"""Who sees what, in which language, and where they are."""

import pytest
from playwright.async_api import expect

from tests.workspace.page.watching import Watched

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_person_sees_only_the_channels_that_are_theirs(watched: Watched):
    bo, gus = await watched.look_as("bo"), await watched.look_as("gus")
    await expect(bo.get_by_test_id("channel-fine-tuning")).to_be_visible()
    await expect(bo.get_by_test_id("channel-lab")).to_have_count(0)
    await expect(gus.get_by_test_id("channel-fine-tuning")).to_have_count(0)
    await expect(gus.get_by_test_id("conversation")).to_contain_text("#general")


async def test_the_switcher_leads_to_the_same_workspace_as_someone_else(watched: Watched):
    page = await watched.look_as("ada")
    await page.get_by_test_id("person-bo").click()
    await expect(page.get_by_test_id("me")).to_have_text("Bo Lindqvist")


async def test_a_channel_with_something_new_is_marked_until_it_is_opened(watched: Watched):
    ada = await watched.look_as("ada")
    general = watched.workspace.state.channel_named("general")
    await watched.workspace.person("bo").post(general.id, "Lunch?")
    row = ada.get_by_test_id("channel-general")
    await expect(row.get_by_label("unread messages")).to_be_visible()
    await row.click()
    await expect(ada.get_by_test_id("conversation")).to_contain_text("Lunch?")
    await expect(row.get_by_label("unread messages")).to_have_count(0)


async def test_a_message_in_a_hidden_channel_reaches_nobody_else(watched: Watched):
    lin, bo = await watched.look_as("lin"), await watched.look_as("bo")
    lab = watched.workspace.state.channel_named("lab")
    await watched.workspace.person("ada").post(lab.id, "secret plans")
    await watched.workspace.person("ada").post(watched.channel_id, "open plans")
    await expect(lin.get_by_test_id("channel-lab").get_by_label("有未读消息")).to_be_visible()
    await expect(bo.get_by_test_id("conversation")).to_contain_text("open plans")
    assert "secret plans" not in await bo.content()


async def test_the_page_speaks_chinese_to_someone_who_reads_chinese(watched: Watched):
    lin = await watched.look_as("lin")
    await expect(lin.get_by_role("heading", name="频道")).to_be_visible()
    await expect(lin.get_by_placeholder("发消息到 #fine-tuning")).to_be_visible()
    await lin.get_by_test_id("composer").fill("/nonsense")
    await lin.get_by_test_id("composer").press("Enter")
    await expect(lin.get_by_text("/nonsense 不是有效的命令。")).to_be_visible()


async def test_the_app_is_invited_with_one_click_where_it_is_missing(watched: Watched):
    ada = await watched.look_as("ada")
    await ada.get_by_test_id("channel-general").click()
    await ada.get_by_test_id("invite-Echo").click()
    await expect(ada.get_by_test_id("invite-Echo")).to_have_count(0)
    assert watched.workspace.credentials.bot_user_id in watched.workspace.state.channel_named("general").member_ids


async def test_an_assistant_offers_prompts_and_says_what_it_is_doing(watched: Watched):
    person = watched.workspace.person("ada")
    dm = await person.open_dm(watched.workspace.credentials.bot_user_id)
    ada = await watched.look_as("ada")
    await ada.get_by_test_id("dm-echo").click()
    prompts = [{"title": "My jobs", "message": "Which jobs do I have?"}]
    await watched.client.assistant_threads_setSuggestedPrompts(channel_id=dm, prompts=prompts)
    await ada.get_by_role("button", name="My jobs").click()
    asked = ada.get_by_role("article").last
    await expect(asked).to_contain_text("Which jobs do I have?")
    [message] = person.messages(dm)
    await watched.client.assistant_threads_setStatus(channel_id=dm, thread_ts=message.ts, status="is counting...")
    await expect(ada.get_by_text("Echo is counting...")).to_be_visible()
    await watched.client.chat_postMessage(channel=dm, thread_ts=message.ts, text="None")
    await expect(ada.get_by_text("Echo is counting...")).to_have_count(0)


async def test_a_stranger_in_the_address_is_no_one(watched: Watched):
    page = await watched.look_as("mallory")
    await expect(page.get_by_test_id("me")).to_have_text("Ada Byron")
