"""What people write and share, seen by everyone as it happens."""

import pytest
from playwright.async_api import expect

from tests.workspace.page.watching import Watched, section

pytestmark = pytest.mark.asyncio(loop_scope="session")

DROP = """(panel, text) => {
    const carried = new DataTransfer();
    carried.items.add(new File([text], 'marv.jsonl', {type: 'text/plain'}));
    panel.dispatchEvent(new DragEvent('drop', {dataTransfer: carried, bubbles: true, cancelable: true}));
}"""


async def test_a_message_sent_with_enter_appears_for_everyone_in_the_channel(watched: Watched):
    ada, bo = await watched.look_as("ada"), await watched.look_as("bo")
    await ada.get_by_test_id("composer").fill("Shall we train *Marv*?")
    await ada.get_by_test_id("composer").press("Enter")
    await expect(bo.get_by_role("article").filter(has_text="Ada Byron").locator("strong")).to_have_text("Marv")
    await expect(ada.get_by_test_id("composer")).to_have_value("")


async def test_enter_takes_the_chosen_suggestion_first_and_then_sends(watched: Watched):
    ada = await watched.look_as("ada")
    field, chosen = ada.get_by_test_id("composer"), ada.get_by_role("option", selected=True)
    await field.type("Hello @Ec")
    await expect(chosen).to_contain_text("@echo")
    await field.press("Enter")
    await expect(field).to_have_value("Hello @echo ")
    await field.press("Enter")
    await expect(ada.get_by_role("article").last.locator(".mention")).to_have_text("@echo")
    assert len(watched.workspace.person("ada").messages(watched.channel_id)) == 1


async def test_the_arrow_keys_choose_among_suggestions_and_a_click_takes_one(watched: Watched):
    ada = await watched.look_as("ada")
    field, chosen = ada.get_by_test_id("composer"), ada.get_by_role("option", selected=True)
    await field.type("@")
    await expect(chosen).to_contain_text("@lin")
    await field.press("ArrowDown")
    await expect(chosen).to_contain_text("@bo")
    await field.press("Tab")
    await expect(field).to_have_value("@bo ")
    await field.type("and @")
    await ada.get_by_role("option").filter(has_text="@gus").click()
    await expect(field).to_have_value("@bo and @gus ")
    await expect(field).to_be_focused()


async def test_escape_closes_the_suggestions_so_that_enter_sends_what_is_written(watched: Watched):
    ada = await watched.look_as("ada")
    field = ada.get_by_test_id("composer")
    await field.type("mail me @bo.")
    await field.press("Backspace")
    await field.press("Backspace")
    await expect(ada.get_by_role("option", selected=True)).to_contain_text("@bo")
    await field.press("Escape")
    await expect(ada.get_by_test_id("composer-hints")).to_be_hidden()
    await field.press("Enter")
    await expect(ada.get_by_role("article").last).to_contain_text("mail me @b")


async def test_sending_from_far_up_leads_back_to_the_end(watched: Watched):
    for number in range(60):
        await watched.workspace.person("bo").post(watched.channel_id, f"line {number}")
    ada = await watched.look_as("ada")
    await ada.get_by_text("line 59").wait_for()
    await ada.get_by_text("line 3", exact=True).scroll_into_view_if_needed()
    await expect(ada.get_by_text("line 59")).not_to_be_in_viewport()
    await ada.get_by_test_id("composer").fill("/echo hello")
    await ada.get_by_test_id("composer").press("Enter")
    await watched.client.chat_postEphemeral(
        channel=watched.channel_id, user=watched.workspace.person("ada").user.id, text="You said hello"
    )
    await expect(ada.get_by_text("You said hello")).to_be_in_viewport()


async def test_shift_enter_begins_a_new_line_instead_of_sending(watched: Watched):
    ada = await watched.look_as("ada")
    await ada.get_by_test_id("composer").type("one")
    await ada.get_by_test_id("composer").press("Shift+Enter")
    await ada.get_by_test_id("composer").type("two")
    await ada.get_by_test_id("composer-send").click()
    await expect(ada.get_by_role("article").last.locator(".written")).to_have_text("onetwo")
    assert [message.text for message in watched.workspace.person("bo").messages(watched.channel_id)] == ["one\ntwo"]


async def test_a_dropped_file_waits_in_the_composer_and_goes_out_with_the_message(watched: Watched):
    ada = await watched.look_as("ada")
    await ada.get_by_test_id("conversation").evaluate(DROP, '{"messages": []}\n')
    await expect(ada.get_by_test_id("staged-file")).to_contain_text("marv.jsonl")
    assert watched.workspace.person("ada").messages(watched.channel_id) == []
    await ada.get_by_test_id("composer").fill("Our first set")
    await ada.get_by_test_id("composer").press("Enter")
    message = ada.get_by_role("article").last
    await expect(message).to_contain_text("Our first set")
    await expect(message.locator(".file")).to_contain_text("17 bytes")
    await expect(message.locator(".file pre")).to_have_text('{"messages": []}')
    await expect(ada.get_by_test_id("staged-file")).to_have_count(0)


async def test_a_file_chosen_with_the_paper_clip_is_stored_byte_for_byte(watched: Watched):
    ada, person = await watched.look_as("ada"), watched.workspace.person("ada")
    content = "{“half a line".encode() + b"\x00\xff"
    async with ada.expect_file_chooser() as choosing:
        await ada.get_by_test_id("composer-attach").click()
    await (await choosing.value).set_files({"name": "odd.jsonl", "mimeType": "text/plain", "buffer": content})
    await expect(ada.get_by_test_id("staged-file")).to_be_visible()
    await ada.get_by_test_id("composer-send").click()
    await expect(ada.locator(".file")).to_be_visible()
    [message] = person.messages(watched.channel_id)
    assert await person.read_file(message.file_ids[0]) == content


async def test_a_file_is_deleted_only_after_a_yes_and_leaves_a_sentence_in_its_place(watched: Watched):
    person = watched.workspace.person("ada")
    shared = await person.share_file(watched.channel_id, "old.jsonl", b"{}")
    bo, ada = await watched.look_as("bo"), await watched.look_as("ada")
    await expect(bo.get_by_label("Delete old.jsonl")).to_have_count(0)
    await ada.get_by_label("Delete old.jsonl").click()
    await expect(ada.get_by_test_id("confirm")).to_contain_text("old.jsonl will be gone for everyone")
    await ada.get_by_test_id("deny").click()
    await expect(ada.get_by_test_id("confirm")).to_have_count(0)
    assert await person.read_file(shared.file_ids[0]) == b"{}"
    await ada.get_by_label("Delete old.jsonl").click()
    await ada.get_by_test_id("accept").click()
    await expect(bo.get_by_test_id(f"message-{shared.ts}")).to_contain_text("This file was deleted.")


async def test_a_thread_opens_beside_the_channel_and_takes_replies(watched: Watched):
    root = await watched.workspace.person("bo").post(watched.channel_id, "Which model?")
    ada = await watched.look_as("ada")
    await ada.get_by_test_id(f"message-{root.ts}").hover()
    await ada.get_by_test_id(f"open-thread-{root.ts}").click()
    await ada.get_by_test_id("thread-composer").fill("The small one")
    await ada.get_by_test_id("thread-composer").press("Enter")
    replies = ada.get_by_test_id("thread").get_by_role("article").locator(".blocks")
    await expect(replies).to_have_text(["Which model?", "The small one"])
    await expect(ada.get_by_test_id("conversation").get_by_role("article")).to_have_count(1)
    await expect(ada.get_by_test_id(f"replies-{root.ts}")).to_contain_text("1 reply")
    await ada.reload()
    await expect(ada.get_by_test_id("thread")).to_contain_text("The small one")
    await ada.get_by_test_id("close-thread").click()
    await expect(ada.get_by_test_id("thread")).to_have_count(0)


async def test_a_slash_command_in_a_thread_is_refused_with_advice_and_not_lost(watched: Watched):
    root = await watched.workspace.person("bo").post(watched.channel_id, "Which model?")
    ada = await watched.look_as("ada")
    await ada.get_by_test_id(f"message-{root.ts}").hover()
    await ada.get_by_test_id(f"open-thread-{root.ts}").click()
    await ada.get_by_test_id("thread-composer").fill("/echo hello")
    await ada.get_by_test_id("thread-composer").press("Enter")
    await expect(ada.get_by_text("Slash commands don't work in threads.")).to_be_visible()
    await expect(ada.get_by_test_id("thread-composer")).to_have_value("/echo hello")


async def test_an_edit_changes_the_message_and_leaves_what_is_being_typed(watched: Watched):
    ts = await watched.say("step 1 of 60")
    ada = await watched.look_as("ada")
    await ada.get_by_test_id("composer").type("I am still wri")
    await expect(ada.get_by_test_id(f"message-{ts}")).not_to_contain_text("(edited)")
    await watched.revise(ts, "step 2 of 60")
    message = ada.get_by_test_id(f"message-{ts}")
    await expect(message).to_contain_text("step 2 of 60")
    await expect(message).to_contain_text("(edited)")
    await expect(ada.get_by_test_id("composer")).to_have_value("I am still wri")


async def test_only_the_blocks_that_changed_are_drawn_again(watched: Watched):
    ts = await watched.say("card", [section("loss 2.5", block_id="loss"), section("`ftjob-1`", block_id="id")])
    ada = await watched.look_as("ada")
    kept = ada.get_by_test_id(f"message-{ts}").locator("code")
    await kept.evaluate("element => { element.dataset.seen = 'before'; }")
    await watched.revise(ts, "card", [section("loss 1.2", block_id="loss"), section("`ftjob-1`", block_id="id")])
    await expect(ada.get_by_test_id(f"message-{ts}")).to_contain_text("loss 1.2")
    await expect(kept).to_have_attribute("data-seen", "before")


async def test_a_deleted_message_disappears(watched: Watched):
    ts = await watched.say("a slip")
    ada = await watched.look_as("ada")
    await watched.client.chat_delete(channel=watched.channel_id, ts=ts)
    await expect(ada.get_by_test_id(f"message-{ts}")).to_have_count(0)


async def test_an_answer_grows_while_it_is_streamed_until_someone_stops_it(watched: Watched):
    ada, person = await watched.look_as("ada"), watched.workspace.person("ada")
    root = await person.post(watched.channel_id, "Who wrote Hamlet?")
    begun = await watched.client.chat_startStream(
        channel=watched.channel_id,
        thread_ts=root.ts,
        recipient_user_id=person.user.id,
        recipient_team_id=watched.workspace.state.team.id,
        markdown_text="Oh, **some",
    )
    await ada.get_by_test_id(f"replies-{root.ts}").click()
    answer = ada.get_by_test_id("thread").get_by_test_id(f"message-{begun['ts']}")
    await expect(answer).to_contain_text("Oh, **some")
    await watched.client.chat_appendStream(
        channel=watched.channel_id, ts=begun["ts"], markdown_text=" guy** named Shakespeare"
    )
    await expect(answer.locator("strong")).to_have_text("some guy")
    await answer.get_by_test_id("stop-stream").click()
    await expect(answer.get_by_test_id("stop-stream")).to_have_count(0)
    assert person.message(watched.channel_id, begun["ts"]).stream.state == "stopped_by_user"


async def test_a_reaction_is_given_and_taken_back_with_a_click(watched: Watched):
    ts = await watched.say("Done")
    await watched.client.reactions_add(channel=watched.channel_id, timestamp=ts, name="tada")
    ada = await watched.look_as("ada")
    reaction = ada.get_by_test_id(f"message-{ts}").locator(".reaction")
    await expect(reaction).to_have_text("🎉 1")
    await reaction.click()
    await expect(reaction).to_have_text("🎉 2")
    await reaction.click()
    await expect(reaction).to_have_text("🎉 1")
