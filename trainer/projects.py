"""Whose request it is."""

from starlette.requests import Request

from trainer.store import DEFAULT_PROJECT


def project_of(request: Request) -> str:
    """The id of the project whose key the request carries."""
    project_id: str = request.scope.get("project_id", DEFAULT_PROJECT)
    return project_id
