"""`tunesmith manifest`: the Slack app's manifest, to paste where Slack asks for one."""

from typing import Annotated

import typer

from bot.app_manifest import full_manifest, minimal_manifest


def manifest(
    *,
    minimal: Annotated[
        bool,
        typer.Option("--minimal", help="Without the history of channels: there, people mention the bot with the file."),
    ] = False,
) -> None:
    """Print the Slack app's manifest (YAML), for https://api.slack.com/apps → Create New App → From a manifest."""
    typer.echo(minimal_manifest() if minimal else full_manifest(), nl=False)
