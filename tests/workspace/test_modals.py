"""Modals and the App Home, as a Bolt app opens them and a person fills them in."""

import asyncio
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from workspace.errors import SlackError
from workspace.people import AppTrouble
from workspace.running import RunningWorkspace

EPOCHS = {
    "type": "input",
    "block_id": "epochs",
    "label": {"type": "plain_text", "text": "Epochs"},
    "element": {
        "type": "number_input",
        "action_id": "n",
        "is_decimal_allowed": False,
        "min_value": "1",
        "max_value": "50",
        "initial_value": "3",
    },
}
SUFFIX = {
    "type": "input",
    "block_id": "suffix",
    "label": {"type": "plain_text", "text": "Suffix"},
    "element": {"type": "plain_text_input", "action_id": "text", "max_length": 18},
}
PREVIEW = {
    "type": "actions",
    "block_id": "more",
    "elements": [{"type": "button", "action_id": "preview", "text": {"type": "plain_text", "text": "Preview"}}],
}


def modal(*blocks: dict[str, Any], **more: object) -> dict[str, Any]:
    plain = {"type": "plain_text", "text": "Start"}
    return {"type": "modal", "callback_id": "start", "title": plain, "submit": plain, "blocks": list(blocks), **more}


@pytest.fixture(name="opened")
async def _opened(workspace: RunningWorkspace, app: AsyncApp, connected, general: str):
    """Ada runs /echo and sees the modal that the test asks for; the app stays connected."""

    async def open_modal(view: dict[str, Any]) -> str:
        is_open = asyncio.Event()

        @app.command("/echo")
        async def echo(ack, body, client):
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=view)
            is_open.set()

        await workspace.person("ada").command(general, "/echo")
        await is_open.wait()
        return workspace.person("ada").open_views()[-1].id

    async with connected():
        yield open_modal


async def test_a_submission_carries_what_was_entered_and_closes_the_modal(
    workspace: RunningWorkspace, app: AsyncApp, opened
):
    values = {}

    @app.view("start")
    async def submitted(ack, view):
        await ack()
        values.update(view["state"]["values"])

    view_id = await opened(modal(EPOCHS, SUFFIX, private_metadata="ds_1"))
    errors = await workspace.person("ada").submit_view(view_id, {"suffix": {"text": "marv"}})

    assert errors == {}
    assert values["suffix"]["text"] == {"type": "plain_text_input", "value": "marv"}
    assert values["epochs"]["n"] == {"type": "number_input", "value": "3"}
    assert workspace.person("ada").open_views() == []


async def test_a_modal_is_seen_by_the_person_it_was_opened_for_alone(workspace: RunningWorkspace, opened):
    view_id = await opened(modal(EPOCHS))

    assert workspace.person("bo").open_views() == []
    with pytest.raises(SlackError, match="not_found"):
        await workspace.person("bo").submit_view(view_id)


@pytest.mark.parametrize(
    ("entered", "faults"),
    [
        ({"suffix": {"text": ""}}, {"suffix": "Please complete this required field."}),
        ({"suffix": {"text": "x" * 19}}, {"suffix": "Please enter at most 18 characters."}),
        ({"epochs": {"n": "many"}}, {"epochs": "Please enter a number."}),
        ({"epochs": {"n": "2.5"}}, {"epochs": "Please enter a whole number."}),
        ({"epochs": {"n": "0"}}, {"epochs": "Please enter a number of 1 or more."}),
        ({"epochs": {"n": "51"}}, {"epochs": "Please enter a number of 50 or less."}),
    ],
)
async def test_slacks_own_checks_come_before_the_app_hears_of_a_submission(
    workspace: RunningWorkspace, opened, entered, faults
):
    view_id = await opened(modal(EPOCHS, SUFFIX))

    errors = await workspace.person("ada").submit_view(view_id, {"suffix": {"text": "marv"}} | entered)

    assert errors == faults
    assert len(workspace.person("ada").open_views()) == 1


async def test_the_apps_errors_come_back_by_field_and_leave_the_modal_open(
    workspace: RunningWorkspace, app: AsyncApp, opened
):
    @app.view("start")
    async def submitted(ack):
        await ack(response_action="errors", errors={"suffix": "That suffix is taken."})

    view_id = await opened(modal(SUFFIX))
    errors = await workspace.person("ada").submit_view(view_id, {"suffix": {"text": "marv"}})

    assert errors == {"suffix": "That suffix is taken."}
    assert [view.id for view in workspace.person("ada").open_views()] == [view_id]


async def test_errors_for_a_field_that_is_not_there_are_the_apps_fault(
    workspace: RunningWorkspace, app: AsyncApp, opened
):
    @app.view("start")
    async def submitted(ack):
        await ack(response_action="errors", errors={"nowhere": "No."})

    view_id = await opened(modal(SUFFIX))

    with pytest.raises(AppTrouble):
        await workspace.person("ada").submit_view(view_id, {"suffix": {"text": "marv"}})


async def test_a_submission_may_update_push_and_clear(workspace: RunningWorkspace, app: AsyncApp, opened):
    answers = [
        {"response_action": "update", "view": modal(SUFFIX, callback_id="start")},
        {"response_action": "push", "view": modal(EPOCHS)},
        {"response_action": "clear"},
    ]

    @app.view("start")
    async def submitted(ack):
        await ack(**answers.pop(0))

    ada = workspace.person("ada")
    view_id = await opened(modal(EPOCHS))
    await ada.submit_view(view_id)
    updated = [view.definition["blocks"][0]["block_id"] for view in ada.open_views()]
    await ada.submit_view(view_id, {"suffix": {"text": "marv"}})
    pushed = ada.open_views()
    await ada.submit_view(pushed[-1].id)

    assert updated == ["suffix"]
    assert (len(pushed), pushed[-1].previous_view_id, pushed[-1].root_view_id) == (2, view_id, view_id)
    assert ada.open_views() == []


async def test_a_choice_in_a_modal_reaches_the_app_with_everything_entered_and_survives_the_update(
    workspace: RunningWorkspace, app: AsyncApp, opened
):
    seen = []

    @app.action("preview")
    async def preview(ack, body, client):
        await ack()
        seen.append(body["view"]["state"]["values"])
        await client.views_update(
            view_id=body["view"]["id"], hash=body["view"]["hash"], view=modal(SUFFIX, PREVIEW, EPOCHS)
        )

    ada = workspace.person("ada")
    view_id = await opened(modal(SUFFIX, PREVIEW))
    ada.fill_view(view_id, {"suffix": {"text": "marv"}})
    await ada.click_in_view(view_id, "preview")

    assert seen[0]["suffix"]["text"]["value"] == "marv"
    assert ada.view(view_id).values["suffix"]["text"]["value"] == "marv"
    assert ada.view(view_id).values["epochs"]["n"]["value"] == "3"


async def test_an_update_with_an_old_hash_is_refused(
    workspace: RunningWorkspace, client: AsyncWebClient, opened, refused
):
    view_id = await opened(modal(SUFFIX))
    old_hash = workspace.state.views[view_id].hash

    await client.views_update(view_id=view_id, hash=old_hash, view=modal(EPOCHS))
    with refused("hash_conflict"):
        await client.views_update(view_id=view_id, hash=old_hash, view=modal(SUFFIX))


async def test_the_app_hears_of_a_closed_modal_if_it_wishes(workspace: RunningWorkspace, app: AsyncApp, opened):
    closed = asyncio.Event()

    @app.view_closed("start")
    async def on_closed(ack, body):
        await ack()
        assert body["is_cleared"] is False
        closed.set()

    view_id = await opened(modal(SUFFIX, notify_on_close=True))
    await workspace.person("ada").close_view(view_id)

    await asyncio.wait_for(closed.wait(), 5)
    assert workspace.person("ada").open_views() == []


async def test_a_fourth_modal_does_not_fit_on_the_stack(workspace: RunningWorkspace, app: AsyncApp, opened):
    outcomes = []

    @app.action("preview")
    async def push(ack, body, client):
        try:
            await client.views_push(trigger_id=body["trigger_id"], view=modal(PREVIEW))
            outcomes.append("pushed")
        except SlackApiError as error:
            outcomes.append(error.response["error"])
        await ack()

    ada = workspace.person("ada")
    await opened(modal(PREVIEW))
    for _ in range(3):
        await ada.click_in_view(ada.open_views()[-1].id, "preview")

    assert outcomes == ["pushed", "pushed", "push_limit_reached"]
    assert len(ada.open_views()) == 3


@pytest.mark.parametrize(
    ("view", "code"),
    [
        (modal(SUFFIX, private_metadata="x" * 3001), "invalid_arguments"),
        (modal(SUFFIX) | {"title": {"type": "plain_text", "text": "x" * 25}}, "invalid_arguments"),
        (modal({"type": "markdown", "text": "not in a modal"}), "invalid_arguments"),
        ({"type": "modal", "title": {"type": "plain_text", "text": "Hi"}, "blocks": [SUFFIX]}, "invalid_arguments"),
        (modal(*[{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}] * 90), "view_too_large"),
    ],
)
async def test_views_that_slack_would_refuse_are_refused(client: AsyncWebClient, refused, view, code):
    with refused(code):
        await client.views_open(trigger_id="any", view=view)


async def test_opening_the_home_tab_lets_the_app_publish_it(workspace: RunningWorkspace, app: AsyncApp, connected):
    published = asyncio.Event()

    @app.event("app_home_opened")
    async def opened(event, client):
        view = {"type": "home", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "Your jobs"}}]}
        await client.views_publish(user_id=event["user"], view=view)
        published.set()

    ada = workspace.person("ada")
    async with connected():
        await ada.open_home()
        await asyncio.wait_for(published.wait(), 5)

    home = ada.home(workspace.credentials.app_id)
    assert home is not None
    assert home.definition["blocks"][0]["text"]["text"] == "Your jobs"
    assert workspace.person("bo").home(workspace.credentials.app_id) is None
