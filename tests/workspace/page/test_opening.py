"""Where the page opens: at an address, at a permalink, or where something was said last."""

from dataclasses import replace

import pytest
from playwright.async_api import Browser, expect

from tests.workspace.page.watching import Watched

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _permalink(watched: Watched, ts: str) -> str:
    """Return the path of the permalink that Slack's API gives for a message."""
    answer = await watched.client.chat_getPermalink(channel=watched.channel_id, message_ts=ts)
    return str(answer["permalink"]).removeprefix(watched.workspace.url)


async def test_the_page_opens_on_the_conversation_with_the_newest_message(watched: Watched):
    general = watched.workspace.state.channel_named("general")
    await watched.workspace.person("bo").post(general.id, "Lunch?")
    await watched.say("The job has finished")
    ada = await watched.open("/?person=ada")
    await expect(ada.get_by_test_id("conversation")).to_contain_text("The job has finished")
    gus = await watched.open("/?person=gus")
    await expect(gus.get_by_test_id("conversation")).to_contain_text("Lunch?")


async def test_what_happened_before_the_page_was_opened_is_marked_until_it_is_looked_at(watched: Watched):
    general = watched.workspace.state.channel_named("general")
    root = await watched.workspace.person("ada").post(general.id, "Lunch?")
    await watched.workspace.person("bo").post(general.id, "Yes", root.ts)
    ada = await watched.look_as("ada")
    mark = ada.get_by_test_id("channel-general").get_by_label("unread messages")
    await expect(mark).to_be_visible()
    await ada.get_by_test_id("channel-general").click()
    await expect(ada.get_by_test_id("conversation")).to_contain_text("Lunch?")
    again = await watched.look_as("ada")
    await expect(again.get_by_test_id("channel-general").get_by_label("unread messages")).to_have_count(0)
    bo = await watched.look_as("bo")
    await expect(bo.get_by_test_id("channel-general").get_by_label("unread messages")).to_have_count(0)


async def test_a_permalink_opens_the_thread_of_its_message(watched: Watched):
    ts = await watched.say("Job `ftjob-1`")
    reply = await watched.say("It is done", thread_ts=ts)
    for address in (await _permalink(watched, reply), f"{await _permalink(watched, ts)}?thread_ts={ts}"):
        ada = await watched.open(address)
        await expect(ada.get_by_test_id("thread")).to_contain_text("It is done")


async def test_a_link_to_a_message_opens_in_the_same_tab_for_the_same_person(watched: Watched):
    ts = await watched.say("A message without replies")
    general = watched.workspace.state.channel_named("general")
    await watched.workspace.person("lin").post(general.id, f"{watched.workspace.url}{await _permalink(watched, ts)}")
    lin = await watched.open("/?person=lin")
    await lin.get_by_role("article").get_by_role("link").click()
    await expect(lin.get_by_test_id("conversation")).to_contain_text("A message without replies")
    await expect(lin.get_by_test_id("me")).to_have_text("林巧")
    await expect(lin.get_by_test_id("thread")).to_have_count(0)


async def test_a_link_to_a_conversation_one_can_not_see_says_so(watched: Watched):
    lab = watched.workspace.state.channel_named("lab")
    bo = await watched.open(f"/archives/{lab.id}/p1800000000000100?person=bo")
    await expect(bo.get_by_text("This link leads to a conversation that you can't see here.")).to_be_visible()


async def test_how_long_ago_something_was_stays_true_without_an_edit(watched: Watched, browser: Browser):
    now = int(watched.workspace.state.now)
    await watched.say(f"Last heard <!date^{now}^{{ago}}|just now>")
    async with await browser.new_context() as context:
        await context.clock.install()
        apart = replace(watched, context=context)
        ada, lin = await apart.look_as("ada"), await apart.look_as("lin")
        await context.clock.fast_forward(180_000)
        await expect(ada.get_by_role("article")).to_contain_text("Last heard 3 minutes ago")
        await expect(lin.get_by_role("article")).to_contain_text("Last heard 3分钟前")
