"""``/v1/organization/projects``: projects, their keys and their limits, in the paths of OpenAI's admin API."""

from typing import Annotated, Final

from pydantic import Field, StringConstraints
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from trainer.errors import Refused, not_found
from trainer.models import Models
from trainer.paging import list_object, page
from trainer.rate_limits import RateLimits
from trainer.requests import Body, read
from trainer.store import DEFAULT_PROJECT, Document, Query, Store

_LIST_LIMIT: Final = 20
_Name = Annotated[str, StringConstraints(min_length=1, max_length=255)]
_Count = Annotated[int, Field(ge=0, le=2**53)] | None


class ProjectRequest(Body):
    """POST /organization/projects, and a change of one."""

    name: _Name


class LimitRequest(Body):
    """POST /organization/projects/{id}/rate_limits/{id}."""

    max_requests_per_1_minute: _Count = None
    max_tokens_per_1_minute: _Count = None


class Admin:
    """What an administrator decides."""

    def __init__(self, store: Store, models: Models, limits: RateLimits) -> None:
        self._store = store
        self._models = models
        self._limits = limits
        store.add("project", _project(DEFAULT_PROJECT, "Default project", store.now()))

    def routes(self) -> list[Route]:
        """The addresses of this noun."""
        projects, project = "/organization/projects", "/organization/projects/{project_id}"
        return [
            Route(projects, self.create_project, methods=["POST"]),
            Route(projects, self.list_projects, methods=["GET"]),
            Route(project, self.retrieve_project, methods=["GET"]),
            Route(project, self.rename_project, methods=["POST"]),
            Route(f"{project}/archive", self.archive_project, methods=["POST"]),
            Route(f"{project}/api_keys", self.list_keys, methods=["GET"]),
            Route(f"{project}/api_keys/{{key_id}}", self.retrieve_key, methods=["GET"]),
            Route(f"{project}/api_keys/{{key_id}}", self.delete_key, methods=["DELETE"]),
            Route(f"{project}/rate_limits", self.list_limits, methods=["GET"]),
            Route(f"{project}/rate_limits/{{limit_id}}", self.change_limit, methods=["POST"]),
        ]

    async def create_project(self, request: Request) -> Response:
        """Make a project; nothing of another project is seen with its keys."""
        wanted = await read(request, ProjectRequest)
        project = _project(self._store.new_id("proj", "_"), wanted.name, self._store.now())
        self._store.add("project", project)
        return JSONResponse(project)

    async def list_projects(self, request: Request) -> Response:
        """Every project, newest first; archived ones where the client wants them too."""
        is_all = request.query_params.get("include_archived") == "true"
        query = Query("project", fields=None if is_all else {"status": "active"})
        return page(self._store, query, request.query_params, _LIST_LIMIT)

    async def retrieve_project(self, request: Request) -> Response:
        """One project."""
        return JSONResponse(self._project(request))

    async def rename_project(self, request: Request) -> Response:
        """Give a project another name."""
        wanted = await read(request, ProjectRequest)
        return JSONResponse(self._store.change("project", self._project(request)["id"], name=wanted.name))

    async def archive_project(self, request: Request) -> Response:
        """Close a project: its keys are refused from now on."""
        project_id = self._project(request)["id"]
        if project_id == DEFAULT_PROJECT:
            raise Refused("The default project cannot be archived.", code="invalid_value", param="project_id")
        archived = {"status": "archived", "archived_at": self._store.now()}
        return JSONResponse(self._store.change("project", project_id, **archived))

    async def list_keys(self, request: Request) -> Response:
        """The project's keys, without what would let anybody use them."""
        query = Query("key", self._project(request)["id"])
        return page(self._store, query, request.query_params, _LIST_LIMIT, shown=_shown_key)

    async def retrieve_key(self, request: Request) -> Response:
        """One key, without what would let anybody use it."""
        return JSONResponse(_shown_key(self._key(request)))

    async def delete_key(self, request: Request) -> Response:
        """Forget a key: it is refused from now on."""
        key_id = self._key(request)["id"]
        self._store.delete("key", key_id)
        return JSONResponse({"id": key_id, "object": "organization.project.api_key.deleted", "deleted": True})

    async def list_limits(self, request: Request) -> Response:
        """The project's limits, one a base model."""
        project_id = self._project(request)["id"]
        limits = [self._shown_limit(project_id, base_id) for base_id in self._models.base_ids()]
        return JSONResponse(list_object(limits))

    async def change_limit(self, request: Request) -> Response:
        """Change how often a project may ask one base model and what was tuned from it."""
        wanted = await read(request, LimitRequest)
        project_id, limit_id = self._project(request)["id"], request.path_params["limit_id"]
        base_id = limit_id.removeprefix("rl-")
        if base_id not in self._models.base_ids():
            raise not_found("rate limit", limit_id, "rate_limit_id")
        changes = {name: value for name, value in wanted.model_dump().items() if value is not None}
        self._limits.change(project_id, base_id, changes)
        return JSONResponse(self._shown_limit(project_id, base_id))

    def _shown_limit(self, project_id: str, base_id: str) -> Document:
        return {**self._limits.limit(project_id, base_id), "id": f"rl-{base_id}"}

    def _project(self, request: Request) -> Document:
        project_id = request.path_params["project_id"]
        project = self._store.get("project", project_id)
        if project is None:
            raise not_found("project", project_id, "project_id")
        return project

    def _key(self, request: Request) -> Document:
        key_id = request.path_params["key_id"]
        key = self._store.get("key", key_id, self._project(request)["id"])
        if key is None:
            raise not_found("API key", key_id, "api_key_id")
        return key


def _project(project_id: str, name: str, created_at: int) -> Document:
    return {
        "id": project_id,
        "object": "organization.project",
        "name": name,
        "created_at": created_at,
        "archived_at": None,
        "status": "active",
    }


def _shown_key(key: Document) -> Document:
    return {name: value for name, value in key.items() if name != "hash"}
