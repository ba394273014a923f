"""The workspace in the browser: `mount` puts the page beside the Web API, at `/`."""

from workspace.page.mounting import mount

__all__ = ["mount"]
