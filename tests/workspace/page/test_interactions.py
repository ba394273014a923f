"""A person uses what an app offers: commands, buttons, menus and modals."""

import asyncio

import pytest
from playwright.async_api import Page, expect

from tests.workspace.page.watching import Watched, button, option, plain, section

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_command_is_suggested_run_and_answered_to_its_writer_alone(watched: Watched):
    @watched.app.command("/echo")
    async def echo(ack, command):
        await ack(text=f"You said {command['text']}")

    async with watched.connected():
        ada, bo = await watched.look_as("ada"), await watched.look_as("bo")
        await ada.get_by_test_id("composer").type("/ec")
        await expect(ada.get_by_test_id("composer-hints")).to_contain_text("Say it again")
        await ada.get_by_test_id("composer").press("Tab")
        await expect(ada.get_by_test_id("composer")).to_have_value("/echo ")
        await ada.get_by_test_id("composer").type("hello")
        await ada.get_by_test_id("composer").press("Enter")
        answer = ada.get_by_role("article").last
        await expect(answer).to_contain_text("You said hello")
        await expect(answer).to_contain_text("Only visible to you")
        await watched.say("for all")
        await expect(bo.get_by_role("article")).to_have_count(1)


async def test_a_command_that_fails_says_so_and_stays_in_the_composer(watched: Watched):
    ada = await watched.look_as("ada")
    await ada.get_by_test_id("composer").fill("/ekho hello")
    await ada.get_by_test_id("composer").press("Enter")
    await expect(ada.get_by_text("/ekho is not a valid command.")).to_be_visible()
    await expect(ada.get_by_test_id("composer")).to_have_value("/ekho hello")


async def test_a_button_reaches_the_app_after_its_question_was_answered_yes(watched: Watched):
    clicked: list[str] = []
    question = {
        "title": plain("Delete it?"),
        "text": plain("For good."),
        "confirm": plain("Delete"),
        "deny": plain("Keep"),
    }

    @watched.app.action("delete")
    async def delete(ack, action, respond):
        await ack()
        clicked.append(action["value"])
        await respond(text="Deleted", replace_original=True)

    ts = await watched.say("card", [button("delete", "Delete", style="danger", value="d-1", confirm=question)])
    async with watched.connected():
        ada = await watched.look_as("ada")
        await ada.get_by_test_id("action-delete").click()
        await ada.get_by_test_id("deny").click()
        await expect(ada.get_by_test_id("confirm")).to_have_count(0)
        assert clicked == []
        await ada.get_by_test_id("action-delete").click()
        await expect(ada.get_by_test_id("confirm")).to_contain_text("For good.")
        await ada.get_by_test_id("accept").click()
        await expect(ada.get_by_test_id(f"message-{ts}")).to_contain_text("Deleted")
    assert clicked == ["d-1"]


async def test_a_question_outlives_the_edits_of_its_message_and_the_click_meets_the_message_as_it_is(watched: Watched):
    clicked: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    question = {
        "title": plain("Cancel the job?"),
        "text": plain("Its steps are lost."),
        "confirm": plain("Yes"),
        "deny": plain("No"),
    }

    @watched.app.action("cancel")
    async def cancel(ack, action):
        await ack()
        clicked.set_result(action["value"])

    def card(step: int) -> list[dict]:
        return [section(f"step {step}"), button("cancel", f"Cancel at {step}", value=f"{step}", confirm=question)]

    ts = await watched.say("card", card(0))
    async with watched.connected():
        ada = await watched.look_as("ada")
        await ada.get_by_test_id("action-cancel").click()
        await expect(ada.get_by_test_id("confirm")).to_be_visible()
        for step in range(1, 31):
            await watched.revise(ts, "card", card(step))
        await expect(ada.get_by_test_id("action-cancel")).to_have_text("Cancel at 30")
        await ada.get_by_test_id("accept").click()
        assert await asyncio.wait_for(clicked, 10) == "30"
        await expect(ada.get_by_test_id("confirm")).to_have_count(0)


async def test_a_button_whose_app_is_away_tells_the_person(watched: Watched):
    await watched.say("card", [button("go", "Go")])
    ada = await watched.look_as("ada")
    await ada.get_by_test_id("action-go").click()
    await expect(ada.get_by_text("We had some trouble connecting. Try again?")).to_be_visible()


async def test_a_choice_in_a_message_reaches_the_app(watched: Watched):
    chosen: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    @watched.app.action("model")
    async def choose(ack, action):
        await ack()
        chosen.set_result(action["selected_option"]["value"])

    menu = {"type": "static_select", "action_id": "model", "options": [option("Small", "s"), option("Large", "l")]}
    await watched.say("card", [section("Which model?", accessory=menu)])
    async with watched.connected():
        ada = await watched.look_as("ada")
        await ada.get_by_test_id("action-model").select_option("l")
        assert await asyncio.wait_for(chosen, 10) == "l"


def _field(action_id: str, label: str, element: dict, **more) -> dict:
    element = {"action_id": action_id, **element}
    return {"type": "input", "block_id": f"b-{action_id}", "label": plain(label), "element": element, **more}


START = {
    "type": "modal",
    "callback_id": "start",
    "title": plain("Start fine-tuning"),
    "submit": plain("Start"),
    "close": plain("Cancel"),
    "blocks": [
        _field(
            "model", "Base model", {"type": "static_select", "options": [option("Small", "s"), option("Large", "l")]}
        ),
        _field(
            "split", "Validation", {"type": "radio_buttons", "options": [option("None", "n"), option("80/20", "y")]}
        ),
        _field(
            "tell", "Tell", {"type": "checkboxes", "options": [option("Me", "me"), option("All", "all")]}, optional=True
        ),
        _field("suffix", "Suffix", {"type": "plain_text_input"}, hint=plain("Up to 18 characters")),
        _field("rows", "Validation file", {"type": "file_input", "filetypes": ["jsonl"]}, optional=True),
        _field("epochs", "Epochs", {"type": "number_input", "is_decimal_allowed": False, "initial_value": "3"}),
    ],
}


@pytest.fixture(name="submitted")
def _submitted(watched: Watched) -> list[dict]:
    """An app that opens the modal START with a button and refuses the suffix 'bad'; what it was sent."""
    submitted: list[dict] = []

    @watched.app.action("start")
    async def start(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=START)

    @watched.app.view("start")
    async def submit(ack, view):
        values = view["state"]["values"]
        submitted.append(values)
        is_bad = values["b-suffix"]["suffix"]["value"] == "bad"
        await (ack(response_action="errors", errors={"b-suffix": "That name is taken."}) if is_bad else ack())

    return submitted


async def _choose_file(page: Page, name: str) -> None:
    async with page.expect_file_chooser() as choosing:
        await page.get_by_role("button", name="Choose a file").click()
    await (await choosing.value).set_files({"name": name, "mimeType": "text/plain", "buffer": b"{}"})
    await expect(page.get_by_test_id("view")).to_contain_text(name)


async def test_a_modal_is_filled_checked_and_submitted(watched: Watched, submitted: list[dict]):
    await watched.say("card", [button("start", "Start", style="primary")])
    async with watched.connected():
        ada = await watched.look_as("ada")
        await ada.get_by_test_id("action-start").click()
        view = ada.get_by_test_id("view")
        await view.get_by_label("Base model").select_option("l")
        await view.get_by_label("80/20").check()
        await view.get_by_label("All").check()
        await _choose_file(ada, "val.jsonl")
        await view.get_by_label("Epochs").fill("many")
        await view.get_by_test_id("view-submit").click()
        await expect(view.get_by_role("alert")).to_have_text(
            ["Please complete this required field.", "Please enter a number."]
        )
        assert submitted == []
        await view.get_by_label("Epochs").fill("4")
        await view.get_by_label("Suffix").fill("bad")
        await view.get_by_test_id("view-submit").click()
        await expect(view.get_by_role("alert")).to_have_text(["That name is taken."])
        await view.get_by_label("Suffix").fill("marv")
        await view.get_by_test_id("view-submit").click()
        await expect(ada.get_by_test_id("view")).to_have_count(0)
    values = submitted[-1]
    assert values["b-model"]["model"]["selected_option"]["value"] == "l"
    assert values["b-split"]["split"]["selected_option"]["value"] == "y"
    assert [one["value"] for one in values["b-tell"]["tell"]["selected_options"]] == ["all"]
    assert [file["name"] for file in values["b-rows"]["rows"]["files"]] == ["val.jsonl"]
    assert values["b-suffix"]["suffix"]["value"] == "marv"
    assert values["b-epochs"]["epochs"]["value"] == "4"


async def test_an_updated_modal_keeps_what_was_typed_and_a_pushed_one_leads_back_to_it(watched: Watched):
    opened: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    name = _field("name", "Name", {"type": "plain_text_input"})

    def view(*blocks: dict) -> dict:
        return {"type": "modal", "title": plain("A dataset"), "submit": plain("Save"), "blocks": list(blocks)}

    @watched.app.action("open")
    async def open_modal(ack, body, client):
        await ack()
        answer = await client.views_open(trigger_id=body["trigger_id"], view=view(name, button("more", "More")))
        opened.set_result(answer["view"]["id"])

    @watched.app.action("more")
    async def push(ack, body, client):
        await ack()
        await client.views_push(trigger_id=body["trigger_id"], view=view(section("The second view")))

    await watched.say("card", [button("open", "Open")])
    async with watched.connected():
        ada = await watched.look_as("ada")
        await ada.get_by_test_id("action-open").click()
        shown = ada.get_by_test_id("view")
        await shown.get_by_label("Name").fill("marv")
        await watched.client.views_update(
            view_id=await opened, view=view(section("Price: $0.19"), name, button("more", "More"))
        )
        await expect(shown).to_contain_text("Price: $0.19")
        await expect(shown.get_by_label("Name")).to_have_value("marv")
        await shown.get_by_test_id("action-more").click()
        await expect(shown).to_contain_text("The second view")
        await ada.keyboard.press("Escape")
        await expect(shown.get_by_label("Name")).to_have_value("marv")
        await shown.get_by_test_id("view-close").click()
        await expect(shown).to_have_count(0)
    assert watched.workspace.person("ada").open_views() == []


async def test_the_home_tab_shows_what_the_app_publishes_there(watched: Watched):
    @watched.app.event("app_home_opened")
    async def opened(event, client):
        view = {"type": "home", "blocks": [section(f"Welcome home to {event['tab']}")]}
        await client.views_publish(user_id=event["user"], view=view)

    async with watched.connected():
        ada = await watched.look_as("ada")
        await ada.get_by_test_id("dm-echo").click()
        await ada.get_by_test_id("tab-home").click()
        await expect(ada.get_by_test_id("home")).to_contain_text("Welcome home to home")
        await expect(ada.get_by_test_id("composer")).to_be_hidden()
        await ada.get_by_test_id("tab-messages").click()
        await expect(ada.get_by_test_id("composer")).to_be_visible()
