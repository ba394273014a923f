"""What comes with the bot beside its code: in the root of a checkout, or inside an installed package."""

from importlib import resources
from pathlib import Path


def packaged(name: str) -> Path:
    """Where a file or folder lies that `pyproject.toml` puts into the wheel, such as `manifest.yml` or `examples`."""
    package = Path(str(resources.files("bot")))
    installed = package / name
    return installed if installed.exists() else package.parent / name
