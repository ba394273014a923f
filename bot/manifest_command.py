"""`tunesmith manifest`: the Slack app's manifest, to paste where Slack asks for one."""

from typing import Annotated
from urllib.parse import urlsplit

import typer

from bot.app_manifest import full_manifest, minimal_manifest, reached_at
from bot.setting_values import is_http_url, is_loopback
from bot.terminal_language import terminal_language
from tuning.texts import Texts

COULD_NOT_RUN = 2


def manifest(
    *,
    minimal: Annotated[bool, typer.Option("--minimal")] = False,
    url: Annotated[str, typer.Option()] = "",
) -> None:
    """Print the Slack app's manifest (YAML), for https://api.slack.com/apps → Create New App → From a manifest."""
    if url and not _is_reachable(url):
        language = terminal_language()
        typer.echo(Texts.load().say(language, "doctor.manifest.url", url=url), err=True)
        raise typer.Exit(COULD_NOT_RUN)
    printed = minimal_manifest() if minimal else full_manifest()
    typer.echo(reached_at(printed, url) if url else printed, nl=False)


def _is_reachable(url: str) -> bool:
    """Whether it is an address that Slack takes, or one of this machine for the local workspace."""
    if not is_http_url(url):
        return False
    parts = urlsplit(url)
    is_plain = not set(url) & set(" \\\"'#")
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))
    return is_plain and is_safe
