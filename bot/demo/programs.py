"""The three programs of the demo: the workspace, the trainer, and the bot between them."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.demo.processes import Program
from tuning.texts import Language


def workspace(manifest: Path, folder: Path, language: Language) -> Program:
    """In Chinese everyone reads Chinese; in English each person keeps their own language, and Lin's is Chinese."""
    everyone = ("--language", language) if language == "zh" else ()
    return Program(
        name="workspace",
        module="workspace",
        arguments=("--manifest", str(manifest), "--data", str(folder), *everyone),
        ready=re.compile(r"Workspace ready at (\S+)"),
        environment={},
    )


def trainer(folder: Path, model: str) -> Program:
    return Program(
        name="trainer",
        module="trainer",
        arguments=("--port", "0", "--data", str(folder), "--model", model),
        ready=re.compile(r"Trainer ready at (\S+)"),
        environment={},
    )


def bot(credentials: dict[str, Any], provider_url: str, folder: Path, language: Language) -> Program:
    """The bot as an operator would run it: everything it needs to know comes from its settings."""
    return Program(
        name="bot",
        module="bot",
        arguments=("run",),
        ready=re.compile(r"Tunesmith (?:is ready|已就绪)"),
        environment={
            "SLACK_BOT_TOKEN": credentials["bot_token"],
            "SLACK_APP_TOKEN": credentials["app_token"],
            "SLACK_API_URL": credentials["api_url"],
            "SLACK_FILE_HOSTS": urlsplit(credentials["url"]).netloc,
            "TUNESMITH_TRANSPORT": "socket",
            "TUNESMITH_DATA": str(folder),
            "TUNESMITH_DATABASE_URL": "",
            "TUNESMITH_PROVIDER": "trainer",
            "TUNESMITH_PROVIDER_URL": provider_url,
            "TUNESMITH_LANGUAGE": language,
            "TUNESMITH_TEAM_CHANNEL": "",
        },
    )


def credentials_in(folder: Path) -> dict[str, Any]:
    """What the workspace wrote for the app that it installed."""
    credentials: dict[str, Any] = json.loads((folder / "credentials.json").read_text(encoding="utf-8"))
    return credentials
