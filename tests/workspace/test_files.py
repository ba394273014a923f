"""Files: uploaded in three steps, shared, fetched with a token, deleted."""

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from workspace.errors import SlackError
from workspace.running import RunningWorkspace, running_workspace

LINES = b'{"messages": []}\n' * 1000


async def fetch(url: str, token: str | None) -> tuple[int, str, bytes]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as response:
        return response.status, response.content_type, await response.read()


async def test_the_sdk_uploads_a_file_into_a_thread(workspace: RunningWorkspace, client: AsyncWebClient, general: str):
    ada = workspace.person("ada")
    root = await ada.post(general, "findings, please")

    answer = await client.files_upload_v2(
        channel=general, thread_ts=root.ts, filename="findings.md", content="# Findings", initial_comment="All of them"
    )

    message = ada.replies(general, root.ts)[-1]
    assert (message.subtype, message.text, message.file_ids) == ("file_share", "All of them", [answer["file"]["id"]])
    assert await ada.read_file(answer["file"]["id"]) == b"# Findings"


async def test_an_app_fetches_what_a_person_shared(workspace: RunningWorkspace, client: AsyncWebClient, general: str):
    message = await workspace.person("ada").share_file(general, "marv.jsonl", LINES)

    file = (await client.files_info(file=message.file_ids[0]))["file"]
    status, content_type, content = await fetch(file["url_private_download"], client.token)

    assert (status, content_type, content) == (200, "text/plain", LINES)
    assert (file["size"], file["mode"], file["is_external"]) == (len(LINES), "hosted", False)


async def test_without_a_token_a_login_page_comes_with_status_200(
    workspace: RunningWorkspace, client: AsyncWebClient, general: str
):
    message = await workspace.person("ada").share_file(general, "marv.jsonl", LINES)
    url = (await client.files_info(file=message.file_ids[0]))["file"]["url_private"]

    for token in (None, "xoxb-wrong", workspace.credentials.app_token):
        status, content_type, content = await fetch(url, token)
        assert (status, content_type) == (200, "text/html")
        assert LINES not in content


async def test_without_files_read_a_login_page_comes_with_status_200(manifest):
    manifest["oauth_config"]["scopes"]["bot"].remove("files:read")
    async with running_workspace(manifest=manifest) as workspace:
        direct = await workspace.person("ada").open_dm(workspace.credentials.bot_user_id)
        message = await workspace.person("ada").share_file(direct, "marv.jsonl", LINES)
        url = f"{workspace.url}/files-pri/{workspace.credentials.team_id}-{message.file_ids[0]}/marv.jsonl"
        status, content_type, _ = await fetch(url, workspace.credentials.bot_token)

    assert (status, content_type) == (200, "text/html")


async def test_a_file_of_a_channel_the_app_is_not_in_does_not_exist_for_it(
    workspace: RunningWorkspace, client: AsyncWebClient, refused
):
    lab = workspace.state.channel_named("lab").id
    message = await workspace.person("ada").share_file(lab, "secret.jsonl", LINES)

    with refused("file_not_found"):
        await client.files_info(file=message.file_ids[0])
    url = f"{workspace.url}/files-pri/{workspace.credentials.team_id}-{message.file_ids[0]}/secret.jsonl"
    assert LINES not in (await fetch(url, client.token))[2]
    with pytest.raises(SlackError, match="file_not_found"):
        await workspace.person("bo").read_file(message.file_ids[0])


async def test_of_a_deleted_file_a_tombstone_is_left(
    workspace: RunningWorkspace, client: AsyncWebClient, general: str, refused
):
    ada = workspace.person("ada")
    message = await ada.share_file(general, "marv.jsonl", LINES)
    file_id = message.file_ids[0]
    url = (await client.files_info(file=file_id))["file"]["url_private"]

    await ada.delete_file(file_id)

    with refused("file_deleted"):
        await client.files_info(file=file_id)
    assert (await fetch(url, client.token))[0] == 404
    history = await client.conversations_history(channel=general)
    assert history["messages"][0]["files"][0]["mode"] == "tombstone"


async def test_an_upload_of_another_length_is_not_completed(
    workspace: RunningWorkspace, client: AsyncWebClient, refused
):
    promised = await client.files_getUploadURLExternal(filename="a.txt", length=5)
    async with aiohttp.ClientSession() as session, session.post(promised["upload_url"], data=b"four") as response:
        assert response.status == 400

    with refused("file_not_found"):
        await client.files_completeUploadExternal(files=[{"id": promised["file_id"], "title": "a"}])


async def test_an_app_deletes_only_its_own_files(
    workspace: RunningWorkspace, client: AsyncWebClient, general: str, refused
):
    own = (await client.files_upload_v2(channel=general, filename="own.txt", content="own"))["file"]["id"]
    others = (await workspace.person("ada").share_file(general, "hers.txt", b"hers")).file_ids[0]

    await client.files_delete(file=own)

    with refused("cant_delete_file"):
        await client.files_delete(file=others)


async def test_long_typed_text_becomes_a_snippet(workspace: RunningWorkspace, general: str):
    ada = workspace.person("ada")

    message = await ada.post(general, "x" * 4001)

    assert message.text == ""
    assert await ada.read_file(message.file_ids[0]) == b"x" * 4001
