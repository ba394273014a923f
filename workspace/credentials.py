"""What an app's developer copies from Slack's settings: tokens, signing secret and ids."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from workspace.records import App
from workspace.state import State

FILE_NAME = "credentials.json"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Everything an app needs to know to work in this workspace."""

    bot_token: str = field(repr=False)
    app_token: str = field(repr=False)
    signing_secret: str = field(repr=False)
    app_id: str
    bot_id: str
    bot_user_id: str
    team_id: str
    url: str
    api_url: str


def credentials_of(state: State, app: App) -> Credentials:
    """Return the credentials of an installed app."""
    return Credentials(
        bot_token=app.bot_token,
        app_token=app.app_token,
        signing_secret=app.signing_secret,
        app_id=app.id,
        bot_id=app.bot_id,
        bot_user_id=app.bot_user_id,
        team_id=state.team.id,
        url=state.base_url,
        api_url=f"{state.base_url}/api/",
    )


def write_credentials(credentials: Credentials, folder: Path) -> Path:
    """Write credentials.json so that only its owner can read it, whole or not at all; return its path."""
    path = folder / FILE_NAME
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stored:
        json.dump(asdict(credentials), stored, indent=2)
    unfinished.replace(path)
    return path
