"""Commands, clicks and shortcuts, answered by a Bolt app."""

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from workspace.errors import SlackError
from workspace.people import AppTrouble
from workspace.running import RunningWorkspace

OPTIONS = [
    {"text": {"type": "plain_text", "text": "Small"}, "value": "s"},
    {"text": {"type": "plain_text", "text": "Large"}, "value": "l"},
]
BLOCKS = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Order*"}},
    {
        "type": "actions",
        "block_id": "order",
        "elements": [
            {"type": "button", "action_id": "buy", "text": {"type": "plain_text", "text": "Buy"}, "value": "42"},
            {"type": "static_select", "action_id": "size", "options": OPTIONS, "initial_option": OPTIONS[0]},
            {"type": "checkboxes", "action_id": "extras", "options": OPTIONS},
        ],
    },
]


async def test_a_command_is_answered_to_its_caller_only(
    workspace: RunningWorkspace, app: AsyncApp, connected, general: str
):
    @app.command("/echo")
    async def echo(ack, command):
        await ack(f"{command['command']} {command['text']} in #{command['channel_name']}")

    async with connected():
        result = await workspace.person("ada").command(general, "/echo", "one <two> @bo")

    assert (result.ok, result.error) == (True, None)
    assert [m.text for m in workspace.person("ada").ephemerals(general)] == ["/echo one <two> @bo in #general"]
    assert workspace.person("bo").ephemerals(general) == []


async def test_an_unknown_command_is_named_in_the_persons_language(workspace: RunningWorkspace, general: str):
    english = await workspace.person("ada").command(general, "/fly")
    chinese = await workspace.person("lin").command(general, "/fly")

    assert (english.error, chinese.error) == ("/fly is not a valid command.", "/fly 不是有效的命令。")


async def test_a_response_url_answers_five_times_within_half_an_hour(
    workspace: RunningWorkspace, app: AsyncApp, connected, general: str, clock
):
    urls = []

    @app.command("/echo")
    async def echo(ack, command):
        await ack()
        urls.append(command["response_url"])

    ada = workspace.person("ada")
    async with connected():
        await ada.command(general, "/echo")
        await ada.command(general, "/echo")
    async with aiohttp.ClientSession() as session:

        async def answer(url: str, **payload: object) -> int:
            async with session.post(url, json=payload) as response:
                return response.status

        statuses = [await answer(urls[0], text=f"answer {n}") for n in range(6)]
        public = await answer(urls[1], text="for all", response_type="in_channel")
        clock.move(30 * 60 + 1)
        late = await answer(urls[1], text="too late")

    assert statuses == [200] * 5 + [404]
    assert (public, late) == (200, 404)
    assert len(ada.ephemerals(general)) == 5
    assert [message.text for message in workspace.person("bo").messages(general)] == ["for all"]


async def test_a_click_carries_its_message_and_what_was_chosen_in_it(
    workspace: RunningWorkspace, app: AsyncApp, client: AsyncWebClient, connected, general: str
):
    bodies = []

    @app.action("buy")
    @app.action("size")
    @app.action("extras")
    async def act(ack, body):
        await ack()
        bodies.append(body)

    ts = (await client.chat_postMessage(channel=general, text="Order", blocks=BLOCKS))["ts"]
    ada = workspace.person("ada")
    async with connected():
        await ada.click(ts, general, "buy")
        await ada.click(ts, general, "size", "l")
        await ada.click(ts, general, "extras", ["s", "l"])

    buy, size, extras = bodies
    assert buy["actions"][0]["value"] == "42"
    assert buy["container"] == {"type": "message", "message_ts": ts, "channel_id": general, "is_ephemeral": False}
    assert buy["message"]["blocks"][1]["block_id"] == "order"
    assert buy["user"]["id"] == ada.user.id
    assert buy["state"]["values"]["order"]["size"]["selected_option"]["value"] == "s"
    assert size["actions"][0]["selected_option"]["value"] == "l"
    assert size["state"]["values"]["order"]["size"]["selected_option"]["value"] == "l"
    assert [option["value"] for option in extras["actions"][0]["selected_options"]] == ["s", "l"]


async def test_respond_replaces_and_deletes_the_clicked_message(
    workspace: RunningWorkspace, app: AsyncApp, client: AsyncWebClient, connected, general: str
):
    # Acknowledged last, so that a click is over only once what it says is there.
    @app.action("buy")
    async def buy(ack, respond):
        await respond(text="Sold", replace_original=True, blocks=BLOCKS)
        await ack()

    @app.action("size")
    async def size(ack, respond):
        await respond(delete_original=True)
        await ack()

    ada = workspace.person("ada")
    posted = await client.chat_postEphemeral(channel=general, user=ada.user.id, text="Order", blocks=BLOCKS)
    ts = posted["message_ts"]
    async with connected():
        await ada.click(ts, general, "buy")
        replaced = [message.text for message in ada.ephemerals(general)]
        await ada.click(ts, general, "size", "s")

    assert replaced == ["Sold"]
    assert ada.ephemerals(general) == []


async def test_a_click_that_nobody_answers_says_so(workspace: RunningWorkspace, client: AsyncWebClient, general: str):
    ts = (await client.chat_postMessage(channel=general, text="Order", blocks=BLOCKS))["ts"]

    with pytest.raises(AppTrouble, match="We had some trouble connecting"):
        await workspace.person("ada").click(ts, general, "buy")


async def test_only_what_is_there_can_be_clicked(workspace: RunningWorkspace, client: AsyncWebClient, general: str):
    ts = (await client.chat_postMessage(channel=general, text="Order", blocks=BLOCKS))["ts"]
    ada = workspace.person("ada")

    with pytest.raises(SlackError, match="invalid_arguments"):
        await ada.click(ts, general, "sell")
    with pytest.raises(SlackError, match="invalid_arguments"):
        await ada.click(ts, general, "size", "huge")
    with pytest.raises(SlackError, match="message_not_found"):
        await ada.click("1.000000", general, "buy")


async def test_shortcuts_reach_the_app_with_their_message(
    workspace: RunningWorkspace, app: AsyncApp, connected, general: str
):
    seen = []

    @app.shortcut("save")
    @app.shortcut("ask")
    async def take(ack, body):
        await ack()
        seen.append((body["type"], body.get("message", {}).get("text")))

    ada = workspace.person("ada")
    message = await ada.post(general, "keep this")
    async with connected():
        await ada.use_shortcut("save", general, message.ts)
        await ada.use_shortcut("ask")

    assert seen == [("message_action", "keep this"), ("shortcut", None)]


async def test_feedback_buttons_say_which_was_pressed(
    workspace: RunningWorkspace, app: AsyncApp, client: AsyncWebClient, connected, general: str
):
    pressed = []

    @app.action("rate")
    async def rate(ack, action):
        await ack()
        pressed.append(action["value"])

    feedback = {
        "type": "feedback_buttons",
        "action_id": "rate",
        "positive_button": {"text": {"type": "plain_text", "text": "Good"}, "value": "good"},
        "negative_button": {"text": {"type": "plain_text", "text": "Bad"}, "value": "bad"},
    }
    blocks = [{"type": "context_actions", "elements": [feedback]}]
    ts = (await client.chat_postMessage(channel=general, text="How was it?", blocks=blocks))["ts"]
    async with connected():
        await workspace.person("ada").click(ts, general, "rate", "bad")

    assert pressed == ["bad"]
