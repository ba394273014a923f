"""The Slack app's manifest, and its minimal variant, which is made from it so that the two can't drift apart."""

import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import yaml

from bot.packaged import packaged

EVENTS_PATH: Final = "/slack/events"
"""Where the bot listens for Slack's HTTP requests."""
HISTORY_SCOPES: Final = frozenset({"channels:history", "groups:history"})
"""What lets the bot hear channels without being mentioned. Both bring Slack's enhanced review upon a distributed app
(https://docs.slack.dev/slack-marketplace, read 2026-11)."""
_LEFT_OUT: Final = HISTORY_SCOPES | {"message.channels", "message.groups"}
_ITEM = re.compile(r"\s*- (\S+)")
_MINIMAL_TITLE: Final = """\
# The Slack app without the history of channels: in channels people mention the bot with the file, and with a question.
# Paste this at https://api.slack.com/apps → Create New App → From a manifest.
"""


def manifest_path() -> Path:
    """Where the manifest lies."""
    return packaged("manifest.yml")


def full_manifest() -> str:
    """The manifest as YAML."""
    return manifest_path().read_text(encoding="utf-8")


def minimal_manifest() -> str:
    """The same without the scopes and events of channels' messages; a direct message is still heard."""
    kept = [line for line in full_manifest().splitlines(keepends=True) if _item(line) not in _LEFT_OUT]
    return _MINIMAL_TITLE + "".join(line for line in kept if not line.startswith("#"))


def reached_at(manifest: str, url: str) -> str:
    """The same for an app that Slack reaches by HTTP requests to `url`, in all three places, and not by Socket Mode.

    An address without a path gets ours.
    """
    at = url.rstrip("/") if urlsplit(url).path.strip("/") else url.rstrip("/") + EVENTS_PATH
    with_urls = (
        (r"^( *)socket_mode_enabled: true$", r"\1socket_mode_enabled: false"),
        (r"^( *)event_subscriptions:$", rf"\g<0>\n\1  request_url: {at}"),
        (r"^( *)interactivity:$", rf"\g<0>\n\1  request_url: {at}"),
        (r"^( *)- command: \S+$", rf"\g<0>\n\1  url: {at}"),
    )
    for line, replaced in with_urls:
        manifest = re.sub(line, replaced, manifest, flags=re.MULTILINE)
    return manifest


def scopes_of(manifest: str) -> frozenset[str]:
    """The scopes that a manifest asks for its bot."""
    return frozenset(yaml.safe_load(manifest)["oauth_config"]["scopes"]["bot"])


def _item(line: str) -> str:
    found = _ITEM.match(line)
    return found[1] if found else ""
