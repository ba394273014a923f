"""`python -m workspace` and the manifests it takes."""

import asyncio
import json
import signal
import stat
import sys
from pathlib import Path

import pytest
import yaml
from slack_sdk.web.async_client import AsyncWebClient

from workspace.manifest import ManifestError
from workspace.running import Place, running_workspace


async def start(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "workspace", "--no-page", *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def test_the_program_says_where_it_is_and_writes_its_credentials(tmp_path: Path, manifest):
    path = tmp_path / "manifest.yml"
    path.write_text(yaml.safe_dump(manifest))
    process = await start("--manifest", str(path), "--data", str(tmp_path / "data"), "--language", "zh")
    try:
        line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
        stored = tmp_path / "data" / "credentials.json"
        credentials = json.loads(stored.read_text())
        client = AsyncWebClient(token=credentials["bot_token"], base_url=credentials["api_url"])
        me = await client.auth_test()
        locale = (await client.users_list(include_locale=True))["members"][0]["locale"]
    finally:
        process.send_signal(signal.SIGTERM)
        await process.communicate()

    assert line == f"Workspace ready at {credentials['url']}\n"
    assert me["user_id"] == credentials["bot_user_id"]
    assert credentials["app_token"].startswith("xapp-")
    assert stat.S_IMODE(stored.stat().st_mode) == 0o600
    assert locale == "zh-CN"
    assert process.returncode == 0


async def test_a_manifest_that_is_not_there_is_a_sentence_and_exit_2(tmp_path: Path):
    process = await start("--manifest", str(tmp_path / "manifest.yml"))
    _, stderr = await process.communicate()

    assert process.returncode == 2
    assert "manifest.yml can't be read: No such file or directory." in stderr.decode()
    assert "Traceback" not in stderr.decode()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[1, 2]", "is not an object"),
        ("a: [", "is not YAML"),
        ("features: {}", "lacks or misspells 'display_information'"),
        ("display_information: Echo", "text or a list where Slack expects an object"),
    ],
)
async def test_a_manifest_that_can_not_be_installed_is_a_sentence(tmp_path: Path, text, sentence):
    path = tmp_path / "manifest.yml"
    path.write_text(text)

    with pytest.raises(ManifestError, match=sentence):
        async with running_workspace(manifest=path):
            pass


async def test_a_port_in_use_is_a_sentence_and_exit_2(tmp_path: Path, manifest):
    path = tmp_path / "manifest.yml"
    path.write_text(yaml.safe_dump(manifest))
    async with running_workspace(manifest=manifest) as workspace:
        process = await start("--manifest", str(path), "--port", workspace.url.rpartition(":")[2])
        _, stderr = await process.communicate()

    assert process.returncode == 2
    assert "can't listen at 127.0.0.1:" in stderr.decode()


async def test_two_workspaces_do_not_know_each_other(manifest, tmp_path: Path):
    async with (
        running_workspace(manifest=manifest, place=Place(folder=tmp_path)) as one,
        running_workspace(manifest=manifest) as other,
    ):
        await one.person("ada").post(one.state.channel_named("general").id, "hello")
        seen = other.person("ada").messages(other.state.channel_named("general").id)
        client = AsyncWebClient(token=one.credentials.bot_token, base_url=other.api_url)
        answer = await client.api_call("api.test")

    assert (seen, answer["ok"]) == ([], True)
    assert one.credentials.bot_token not in repr(one)
