"""`tunesmith manifest`: the Slack app's manifest, to paste where Slack asks for one."""

from importlib import resources
from pathlib import Path

import typer


def manifest() -> None:
    """Print the Slack app's manifest (YAML), for https://api.slack.com/apps → Create New App → From a manifest."""
    typer.echo(manifest_path().read_text(encoding="utf-8"), nl=False)


def manifest_path() -> Path:
    """Where the manifest lies: in the root of a checkout, or inside an installed package."""
    package = Path(str(resources.files("bot")))
    installed = package / "manifest.yml"
    return installed if installed.exists() else package.parent / "manifest.yml"
