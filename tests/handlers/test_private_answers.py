"""An answer for one person alone reaches them by whichever way Slack takes."""

import json

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_bolt.async_app import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks.kit import Content, section
from handlers.private_answers import PrivateAnswers
from storage.rows import Place

CHART = {
    "type": "data_visualization",
    "title": "Loss",
    "chart": {
        "type": "line",
        "series": [{"name": "training", "data": [{"label": "1", "value": 2.0}, {"label": "2", "value": 1.0}]}],
        "axis_config": {"categories": ["1", "2"]},
    },
}
CARD = Content("marv is running", (section("*marv* is running"), CHART))


class ResponseUrl:
    """What Slack answers at a response_url, and what it was given."""

    def __init__(self, answer) -> None:
        self.answer, self.given, self.address = answer, [], ""

    async def take(self, request: web.Request) -> web.Response:
        self.given.append(await request.json())
        status, text = self.answer(json.dumps(self.given[-1]))
        return web.Response(status=status, text=text)


@pytest.fixture(name="answering")
async def _answering():
    """A response_url that answers as it is told."""
    servers = []

    async def answering(answer) -> ResponseUrl:
        given = ResponseUrl(answer)
        app = web.Application()
        app.router.add_post("/response", given.take)
        servers.append(TestServer(app))
        await servers[-1].start_server()
        given.address = str(servers[-1].make_url("/response"))
        return given

    yield answering
    for server in servers:
        await server.close()


@pytest.fixture(name="ada_id")
def _ada_id(workspace) -> str:
    return workspace.person("ada").user.id


def _without_charts(given: str) -> tuple[int, str]:
    return (400, "invalid_blocks") if "data_visualization" in given else (200, "ok")


async def test_a_workspace_without_charts_is_given_the_losses_in_words(client, answering, ada_id):
    url = await answering(_without_charts)
    await PrivateAnswers(AsyncRespond(response_url=url.address), client, ada_id, Place("C1")).show(CARD)

    assert ["data_visualization" in str(given) for given in url.given] == [True, False]
    assert "2.000 → 1.000" in str(url.given[-1])


@pytest.mark.parametrize("answer", [(404, "expired_url"), (404, "used_url"), (500, "internal_error")])
async def test_an_answer_whose_response_url_is_over_is_shown_in_the_channel(
    workspace, client, answering, ada_id, channel_id, answer
):
    url = await answering(lambda _: answer)
    await PrivateAnswers(AsyncRespond(response_url=url.address), client, ada_id, Place(channel_id)).show(CARD)

    assert [shown.text for shown in workspace.person("ada").ephemerals(channel_id)] == ["marv is running"]


async def test_an_answer_from_a_channel_without_us_comes_by_direct_message(workspace, client, answering, ada_id):
    elsewhere = workspace.state.channel_named("fine-tuning").id
    url = await answering(lambda _: (404, "expired_url"))
    await PrivateAnswers(AsyncRespond(response_url=url.address), client, ada_id, Place(elsewhere)).show(CARD)

    assert await _direct_messages(workspace) == ["marv is running"]


async def test_a_click_without_a_channel_is_answered_by_direct_message(workspace, client: AsyncWebClient, ada_id):
    await PrivateAnswers(AsyncRespond(response_url=None), client, ada_id, Place("")).show(CARD)

    assert await _direct_messages(workspace) == ["marv is running"]


async def _direct_messages(workspace) -> list[str]:
    ada = workspace.person("ada")
    dm = await ada.open_dm(workspace.credentials.bot_user_id)
    return [message.text for message in ada.messages(dm)]
