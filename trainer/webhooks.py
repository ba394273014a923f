"""``/v1/webhook_endpoints``: addresses that are told how jobs end (https://www.standardwebhooks.com).

The paths and objects are those of the openai client, version 3.54.
"""

import secrets
from base64 import b64encode
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from trainer.errors import Refused, not_found
from trainer.paging import page
from trainer.projects import project_of
from trainer.requests import Body, read
from trainer.store import Document, Query, Store
from trainer.webhook_addresses import NotPublic
from trainer.webhook_deliveries import Deliveries, Undelivered

EVENT_TYPES: Final = ("fine_tuning.job.succeeded", "fine_tuning.job.failed", "fine_tuning.job.cancelled")
_LIST_LIMIT: Final = 20
_OLD_SECRET_SECONDS: Final = 24 * 60 * 60
_HIDDEN: Final = {"signing_secret", "old_secret", "old_secret_until"}

_EventType = Literal["fine_tuning.job.succeeded", "fine_tuning.job.failed", "fine_tuning.job.cancelled"]


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        raise PydanticCustomError("address", "An address must begin with https:// or http:// and name a host")
    return url


_Url = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_address)]
_Name = Annotated[str, StringConstraints(min_length=1, max_length=255)]
_EventTypes = Annotated[list[_EventType], Field(min_length=1)]


class EndpointRequest(Body):
    """POST /webhook_endpoints."""

    name: _Name
    url: _Url
    event_types: _EventTypes


class EndpointChange(Body):
    """POST /webhook_endpoints/{id}."""

    name: _Name | None = None
    url: _Url | None = None
    event_types: _EventTypes | None = None


class RotateRequest(Body):
    """POST /webhook_endpoints/{id}/rotate_secret."""

    keep_old_secret_active_for_24_hours: bool = False


class SampleRequest(Body):
    """POST /webhook_endpoints/{id}/test."""

    event_type: _EventType


class Webhooks:
    """The endpoints that a project registered."""

    def __init__(self, store: Store, deliveries: Deliveries) -> None:
        self._store = store
        self._deliveries = deliveries

    def routes(self) -> list[Route]:
        """The addresses of this noun."""
        endpoint = "/webhook_endpoints/{endpoint_id}"
        return [
            Route("/webhook_event_types", self.event_types, methods=["GET"]),
            Route("/webhook_endpoints", self.create, methods=["POST"]),
            Route("/webhook_endpoints", self.list_endpoints, methods=["GET"]),
            Route(endpoint, self.retrieve, methods=["GET"]),
            Route(endpoint, self.update, methods=["POST"]),
            Route(endpoint, self.delete, methods=["DELETE"]),
            Route(f"{endpoint}/rotate_secret", self.rotate_secret, methods=["POST"]),
            Route(f"{endpoint}/test", self.test, methods=["POST"]),
        ]

    async def event_types(self, _: Request) -> Response:
        """What an endpoint can be told."""
        return JSONResponse({"object": "list", "data": list(EVENT_TYPES)})

    async def create(self, request: Request) -> Response:
        """Register an endpoint; only this answer, and one that rotates it, carries its secret."""
        wanted = await read(request, EndpointRequest)
        self._require_allowed(wanted.url)
        now = self._store.now()
        endpoint = {
            "id": self._store.new_id("we", "_"),
            "object": "webhook_endpoint",
            "created_at": now,
            "updated_at": now,
            **wanted.model_dump(),
            **_secret(),
            "old_secret": None,
            "old_secret_until": 0,
        }
        self._store.add("webhook", endpoint, project_id=project_of(request))
        return JSONResponse({**_shown(endpoint), "signing_secret": endpoint["signing_secret"]})

    async def list_endpoints(self, request: Request) -> Response:
        """The project's endpoints, newest first."""
        return page(self._store, Query("webhook", project_of(request)), request.query_params, _LIST_LIMIT, shown=_shown)

    async def retrieve(self, request: Request) -> Response:
        """One endpoint."""
        return JSONResponse(_shown(self._existing(request)))

    async def update(self, request: Request) -> Response:
        """Change what a client names, and leave the rest."""
        wanted = await read(request, EndpointChange)
        self._require_allowed(wanted.url)
        endpoint = self._existing(request)
        changes = {name: value for name, value in wanted.model_dump().items() if value is not None}
        if any(endpoint[name] != value for name, value in changes.items()):
            endpoint = self._store.change("webhook", endpoint["id"], **changes, updated_at=self._store.now())
        return JSONResponse(_shown(endpoint))

    async def delete(self, request: Request) -> Response:
        """Forget an endpoint, and what it was still to be told."""
        endpoint_id = self._existing(request)["id"]
        with self._store.transaction():
            for delivery in self._store.find(Query("delivery", parent_id=endpoint_id)):
                self._store.delete("delivery", delivery["id"])
            self._store.delete("webhook", endpoint_id)
        return JSONResponse({"id": endpoint_id, "object": "webhook_endpoint.deleted", "deleted": True})

    async def rotate_secret(self, request: Request) -> Response:
        """Give the endpoint a new secret; the old one signs beside it for a day where the client wants that."""
        wanted = await read(request, RotateRequest)
        endpoint, now = self._existing(request), self._store.now()
        until = now + _OLD_SECRET_SECONDS if wanted.keep_old_secret_active_for_24_hours else 0
        old = {"old_secret": endpoint["signing_secret"], "old_secret_until": until}
        endpoint = self._store.change("webhook", endpoint["id"], **_secret(), **old, updated_at=now)
        return JSONResponse({**_shown(endpoint), "signing_secret": endpoint["signing_secret"]})

    async def test(self, request: Request) -> Response:
        """Send a sample now, and tell what the endpoint answered."""
        wanted = await read(request, SampleRequest)
        endpoint = self._existing(request)
        try:
            status_code = await self._deliveries.send_sample(endpoint, wanted.event_type)
        except Undelivered as error:
            message = f"The endpoint {endpoint['url']} could not be reached: {error}"
            raise Refused(message, code="webhook_unreachable", param="url") from error
        return JSONResponse(
            {
                "object": "webhook_endpoint.test",
                "webhook_endpoint_id": endpoint["id"],
                "event_type": wanted.event_type,
                "status_code": status_code,
                "success": True,
            }
        )

    def _require_allowed(self, url: str | None) -> None:
        try:
            self._deliveries.require_allowed(url or "")
        except NotPublic as error:
            raise Refused(str(error), code="address_not_public", param="url") from error

    def _existing(self, request: Request) -> Document:
        endpoint_id = request.path_params["endpoint_id"]
        endpoint = self._store.get("webhook", endpoint_id, project_of(request))
        if endpoint is None:
            raise not_found("webhook endpoint", endpoint_id, "webhook_endpoint_id")
        return endpoint


def _secret() -> Document:
    secret = f"whsec_{b64encode(secrets.token_bytes(32)).decode()}"
    return {"signing_secret": secret, "signing_secret_hint": f"whsec_...{secret[-5:]}"}


def _shown(endpoint: Document) -> Document:
    return {name: value for name, value in endpoint.items() if name not in _HIDDEN}
