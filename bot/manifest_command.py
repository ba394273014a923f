"""`tunesmith manifest`: the Slack app's manifest, to paste where Slack asks for it."""

from pathlib import Path

import typer

_PLACES = (Path(__file__).parent / "manifest.yml", Path(__file__).parents[1] / "manifest.yml")
"""In an installed wheel beside this file, in a checkout at its top."""


def manifest() -> None:
    """Print the manifest: paste it at https://api.slack.com/apps → Create New App → From a manifest."""
    typer.echo(manifest_file().read_text(encoding="utf-8"), nl=False)


def manifest_file() -> Path:
    """Where the manifest of this installation lies."""
    return next(place for place in _PLACES if place.exists())
