"""blocks.validate and api.test, which anyone may call."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from workspace.running import RunningWorkspace


@pytest.fixture(name="stranger")
def _stranger(workspace: RunningWorkspace) -> AsyncWebClient:
    return AsyncWebClient(base_url=workspace.api_url)


async def test_api_test_gives_the_arguments_back(stranger: AsyncWebClient):
    assert (await stranger.api_test(foo="bar"))["args"]["foo"] == "bar"


async def test_valid_blocks_and_views_pass(stranger: AsyncWebClient):
    view = {"type": "home", "blocks": [{"type": "divider"}]}

    await stranger.api_call("blocks.validate", json={"blocks": [{"type": "divider"}]})
    await stranger.api_call("blocks.validate", json={"view": view})
    await stranger.api_call("blocks.validate", json={"message": {"blocks": [{"type": "divider"}]}})


@pytest.mark.parametrize(
    ("arguments", "code", "pointer"),
    [
        ({"blocks": [{"type": "song"}]}, "invalid_blocks", "/blocks/0/type"),
        ({"message": {"blocks": [{"type": "song"}]}}, "invalid_message", "/message/blocks/0/type"),
        ({"view": {"type": "modal", "blocks": []}}, "invalid_view", "/view"),
    ],
)
async def test_every_problem_comes_with_its_pointer(stranger: AsyncWebClient, arguments, code, pointer):
    with pytest.raises(SlackApiError) as caught:
        await stranger.api_call("blocks.validate", json=arguments)

    assert caught.value.response["error"] == code
    assert caught.value.response["errors"][0]["pointer"] == pointer


async def test_exactly_one_thing_is_validated(stranger: AsyncWebClient, refused):
    with refused("invalid_arguments"):
        await stranger.api_call("blocks.validate", json={})
    with refused("invalid_arguments"):
        await stranger.api_call("blocks.validate", json={"blocks": [], "view": {"type": "home", "blocks": []}})
