"""The doctor: each wrong setting tried once, with the line that says what to do, and never a traceback."""

import asyncio
import io
import json
import os
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import typer
import yaml
from rich.console import Console

from bot.app_manifest import full_manifest, manifest_path, minimal_manifest, reached_at
from bot.doctor.examination import examine
from bot.doctor.signs import Sign, State
from bot.doctor_report import DoctorReport
from bot.manifest_command import manifest
from storage.engine import Database
from tests.tuning.misbehaviour import refusal
from tests.tuning.scripted_host import ScriptedHost, served
from tuning.texts import LANGUAGES, Texts
from workspace.running import RunningWorkspace, running_workspace

ROOT = Path(__file__).parents[2]
NOWHERE = "http://127.0.0.1:9"
TEXTS = Texts.load()

Look = Callable[..., Awaitable[list[Sign]]]


@pytest.fixture(name="workspace")
async def _workspace() -> AsyncIterator[RunningWorkspace]:
    async with running_workspace(manifest=manifest_path()) as workspace:
        yield workspace


@pytest.fixture(name="host", autouse=True)
async def _host() -> AsyncIterator[ScriptedHost]:
    host = ScriptedHost()
    async with served(host.app()) as host.base_url:
        yield host


def _variables(workspace: RunningWorkspace, host: ScriptedHost) -> dict[str, str]:
    """What a careful operator would have set."""
    credentials = workspace.credentials
    return {
        "SLACK_BOT_TOKEN": credentials.bot_token,
        "SLACK_APP_TOKEN": credentials.app_token,
        "SLACK_API_URL": workspace.api_url,
        "SLACK_FILE_HOSTS": urlsplit(workspace.url).netloc,
        "TUNESMITH_PROVIDER": "openai",
        "TUNESMITH_PROVIDER_URL": host.base_url,
        "OPENAI_API_KEY": "sk-hunter2",
        "TUNESMITH_MAX_FILE_BYTES": "1000000",
    }


@pytest.fixture(name="look")
def _look(workspace, host, monkeypatch, tmp_path) -> Look:
    """What the doctor finds with these settings changed."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith(("SLACK_", "TUNESMITH_", "OPENAI_")):
            monkeypatch.delenv(name)

    async def look(**changed: str) -> list[Sign]:
        for name, value in (_variables(workspace, host) | changed).items():
            monkeypatch.setenv(name, value)
        return await examine()

    return look


def _red(signs: list[Sign]) -> list[tuple[str, str]]:
    return [(sign.check, sign.key) for sign in signs if sign.state is State.BAD]


async def test_with_the_right_settings_every_line_is_green(look):
    signs = await look()

    assert {sign.check: sign.state for sign in signs} == dict.fromkeys(
        ("settings", "bot_token", "scopes", "socket", "data_folder", "database", "provider"), State.GOOD
    )


@pytest.mark.parametrize(
    ("changed", "check", "key"),
    [
        ({"SLACK_BOT_TOKEN": ""}, "settings", "settings.no_bot_token"),
        ({"SLACK_BOT_TOKEN": "xapp-hunter2"}, "settings", "settings.bot_token"),
        ({"SLACK_BOT_TOKEN": "xoxb-hunter2"}, "bot_token", "doctor.bot_token.refused"),
        ({"SLACK_APP_TOKEN": ""}, "settings", "settings.no_transport"),
        ({"SLACK_APP_TOKEN": "xoxb-hunter2"}, "settings", "settings.app_token"),
        ({"SLACK_APP_TOKEN": "xapp-1-hunter2"}, "socket", "doctor.socket.refused"),
        ({"SLACK_APP_TOKEN": "xapp-1-A0OTHERAPP-12-hunter2"}, "app_token", "doctor.app_token.other_app"),
        ({"SLACK_API_URL": f"{NOWHERE}/api/"}, "bot_token", "doctor.bot_token.away"),
        ({"SLACK_API_URL": "http://slack.example/api/"}, "settings", "settings.slack_api_url"),
        ({"TUNESMITH_TRANSPORT": "http"}, "settings", "settings.no_signing_secret"),
        ({"TUNESMITH_TEAM_CHANNEL": "C0NOWHERE"}, "team_channel", "doctor.team_channel.not_in"),
        ({"TUNESMITH_DATA": "/proc/tunesmith"}, "data_folder", "doctor.data_folder.closed"),
        ({"TUNESMITH_MAX_FILE_BYTES": "9" * 18}, "data_folder", "doctor.data_folder.full"),
        ({"TUNESMITH_DATABASE_URL": "postgresql://bot@127.0.0.1:9/bot"}, "database", "doctor.database.away"),
        ({"TUNESMITH_BUCKET_URL": "az://hunter"}, "bucket", "settings.bucket_refused"),
        ({"TUNESMITH_PROVIDER": "trainer", "TUNESMITH_PROVIDER_URL": f"{NOWHERE}/v1"}, "provider",
         "doctor.provider.away"),
        ({"OPENAI_API_KEY": ""}, "settings", "settings.no_provider_key"),
    ],
)  # fmt: skip
async def test_a_wrong_setting_has_a_red_line_that_says_what_to_do(look, changed, check, key):
    signs = await look(**changed)

    assert (check, key) in _red(signs)
    for language in LANGUAGES:
        said = " ".join(f"{sign.name(TEXTS, language)} {sign.sentence(TEXTS, language)}" for sign in signs)
        assert "hunter2" not in said


async def test_scopes_that_were_not_granted_are_named(look, workspace):
    workspace.app.scopes = workspace.app.scopes - {"files:read", "users:read"}

    [scopes] = [sign for sign in await look() if sign.check == "scopes"]

    assert (scopes.state, scopes.parameters) == (State.BAD, {"scopes": "files:read, users:read"})


async def test_the_minimal_manifest_is_no_fault(look, workspace):
    workspace.app.scopes = workspace.app.scopes - {"channels:history", "groups:history"}

    signs = await look()

    assert _red(signs) == []
    assert "mention the bot with the file" in " ".join(sign.sentence(TEXTS, "en") for sign in signs)


async def test_a_misspelt_setting_is_pointed_out(look):
    signs = await look(TUNESMITH_PROVDER="openai")

    assert [sign.parameters for sign in signs if sign.state is State.UNKNOWN] == [
        {"name": "TUNESMITH_PROVDER", "near": "TUNESMITH_PROVIDER"}
    ]


async def test_an_address_that_is_taken_is_told(look):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        signs = await look(TUNESMITH_TRANSPORT="http", SLACK_SIGNING_SECRET="0" * 32, TUNESMITH_PORT=port)

    assert ("address", State.UNKNOWN) in [(sign.check, sign.state) for sign in signs]


async def test_a_database_of_a_later_version_is_told_and_never_touched(look, tmp_path):
    url = f"sqlite+aiosqlite:///{tmp_path / 'data' / 'tunesmith.sqlite'}"
    await (await Database.open(url)).close()
    with sqlite3.connect(tmp_path / "data" / "tunesmith.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'main_9999'")

    assert ("database", "doctor.database.newer") in _red(await look())


async def _tunesmith(folder: Path, *arguments: str, **variables: str) -> tuple[int, str, str]:
    """The command itself, in a process of its own, with these variables and none of ours."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "TUNESMITH_"))}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments,
        cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={**inherited, "LANGUAGE": "en", "PYTHONPATH": str(ROOT), **variables},
    )  # fmt: skip
    said, complained = await process.communicate()
    return process.returncode or 0, said.decode(), complained.decode()


async def test_with_a_wrong_address_the_key_is_sent_nowhere(look, host):
    signs = await look(TUNESMITH_OPENAI_URL="http://h:abc/v1")

    assert _red(signs) == [("settings", "settings.provider_url")]
    assert not any(sign.check.startswith("provider") for sign in signs)
    assert host.calls == []


async def test_an_address_of_the_next_internet_protocol_is_looked_at_as_one(look):
    signs = await look(
        TUNESMITH_TRANSPORT="http", SLACK_SIGNING_SECRET="5" * 32, TUNESMITH_HOST="::1", TUNESMITH_PORT="0"
    )

    assert [sign.state for sign in signs if sign.check == "address"] == [State.GOOD]


async def test_a_key_that_the_provider_does_not_take_is_one_red_line(look, host):
    for call in ("GET /models", "GET /files", "GET /fine_tuning/jobs"):
        host.then(call, refusal(401))

    assert _red(await look()) == [("provider", "doctor.provider.refused")]


async def test_what_the_key_may_not_do_is_told_by_itself(look, host):
    host.then("GET /files", refusal(403))

    assert _red(await look()) == [("provider", "probe.files.forbidden")]


async def test_a_provider_s_own_key_is_no_misspelt_setting(look):
    signs = await look(TUNESMITH_AZURE_KEY="sk-hunter2", TUNESMITH_FURTHER_PROVIDERS="")

    assert [sign for sign in signs if sign.key == "doctor.settings.misspelt"] == []


async def test_the_command_prints_json_and_tells_by_its_exit_code(workspace, host, tmp_path):
    code, said, _ = await _tunesmith(
        tmp_path,
        "doctor",
        "--format",
        "json",
        "--lang",
        "zh",
        **_variables(workspace, host) | {"SLACK_APP_TOKEN": "xoxb-1"},
    )
    doctor = json.loads(said)

    assert (code, doctor["is_well"]) == (1, False)
    assert "应以 xapp- 开头" in doctor["checks"][0]["message"]


@pytest.mark.parametrize(("language", "name"), [("en", "✗ settings  "), ("zh", "✗ 设置  ")])
def test_a_line_has_its_mark_and_its_name_and_the_red_ones_are_counted(language, name):
    printed = io.StringIO()
    signs = [Sign("settings", State.BAD, "settings.no_bot_token"), Sign("database", State.GOOD, "doctor.settings.good")]
    DoctorReport(TEXTS, language, Console(file=printed, width=200)).tell(signs)

    lines = printed.getvalue().splitlines()
    assert lines[0].startswith(name)
    assert lines[1].startswith("✓")
    assert "1" in lines[2]


async def test_the_bot_does_not_start_with_what_the_doctor_finds_fatal(workspace, host, tmp_path):
    wrong = _variables(workspace, host) | {"SLACK_BOT_TOKEN": "xoxb-hunter2", "TUNESMITH_LOG_LEVEL": "info"}
    code, _, complained = await _tunesmith(tmp_path, "run", **wrong)

    assert code == 2
    assert "Slack refuses SLACK_BOT_TOKEN (invalid_auth)" in complained
    assert "Traceback" not in complained
    assert "hunter2" not in complained


def test_the_minimal_manifest_is_the_whole_one_but_for_the_channels_messages():
    gone = set(full_manifest().splitlines()) - set(minimal_manifest().splitlines())
    left_out = sorted(line.split("#")[0].strip(" -") for line in gone if not line.startswith("#"))

    assert left_out == ["channels:history", "groups:history", "message.channels", "message.groups"]


def test_for_http_the_address_stands_in_all_three_places_and_socket_mode_is_off():
    manifest = yaml.safe_load(reached_at(minimal_manifest(), "https://bot.example/slack/events"))

    settings = manifest["settings"]
    assert [command["url"] for command in manifest["features"]["slash_commands"]] == [
        "https://bot.example/slack/events"
    ]
    assert settings["event_subscriptions"]["request_url"] == "https://bot.example/slack/events"
    assert settings["interactivity"] == {"is_enabled": True, "request_url": "https://bot.example/slack/events"}
    assert settings["socket_mode_enabled"] is False


@pytest.mark.parametrize("url", ["https://bot.example", "https://bot.example/"])
def test_an_address_without_a_path_gets_the_one_at_which_we_listen(url):
    assert "request_url: https://bot.example/slack/events\n" in reached_at(minimal_manifest(), url)


@pytest.mark.parametrize(
    "url", ["bot.example", "http://bot.example/", "https://", "https://[x", 'https://bot.example/" #']
)
def test_an_address_that_slack_would_not_take_is_refused(url, capsys):
    with pytest.raises(typer.Exit):
        manifest(url=url)

    assert "--url must be the address" in capsys.readouterr().err
