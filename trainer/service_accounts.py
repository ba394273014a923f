"""``/v1/organization/projects/{id}/service_accounts``: who a project's keys belong to.

The paths and objects are those of the openai client, version 3.54.
"""

import secrets
from typing import Annotated, Final

from pydantic import Field, StringConstraints
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from trainer.errors import not_found
from trainer.keys import hash_of
from trainer.paging import page
from trainer.requests import Body, read
from trainer.store import Document, Query, Store

_LIST_LIMIT: Final = 20


class AccountRequest(Body):
    """POST /organization/projects/{id}/service_accounts."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    expires_in_seconds: Annotated[int, Field(ge=1)] | None = None


class ServiceAccounts:
    """A project's accounts, each with the key that was made with it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def routes(self) -> list[Route]:
        """The addresses of this noun."""
        accounts = "/organization/projects/{project_id}/service_accounts"
        account = f"{accounts}/{{account_id}}"
        return [
            Route(accounts, self.create, methods=["POST"]),
            Route(accounts, self.list_accounts, methods=["GET"]),
            Route(account, self.retrieve, methods=["GET"]),
            Route(account, self.delete, methods=["DELETE"]),
        ]

    async def create(self, request: Request) -> Response:
        """Make a service account with a key; only this answer carries the key."""
        wanted = await read(request, AccountRequest)
        project_id, now = self._project_id(request), self._store.now()
        account: Document = {
            "id": self._store.new_id("svc_acct", "_"),
            "name": wanted.name,
            "created_at": now,
            "role": "member",
        }
        value = f"sk-svcacct-{secrets.token_urlsafe(32)}"
        key = {
            "id": self._store.new_id("key", "_"),
            "object": "organization.project.api_key",
            "name": wanted.name,
            "created_at": now,
            "last_used_at": None,
            "expires_at": wanted.expires_in_seconds and now + wanted.expires_in_seconds,
            "redacted_value": f"{value[:11]}...{value[-4:]}",
            "owner": {"type": "service_account", "service_account": account},
            "owner_project_access": "active",
            "hash": hash_of(value),
        }
        with self._store.transaction():
            self._store.add("account", _shown(account), project_id=project_id)
            self._store.add("key", key, account["id"], project_id)
        shown = {name: key[name] for name in ("id", "name", "created_at", "expires_at")}
        told = {**shown, "object": "organization.project.service_account.api_key", "value": value}
        return JSONResponse({**_shown(account), "api_key": told})

    async def list_accounts(self, request: Request) -> Response:
        """The project's accounts, newest first."""
        return page(self._store, Query("account", self._project_id(request)), request.query_params, _LIST_LIMIT)

    async def retrieve(self, request: Request) -> Response:
        """One account."""
        return JSONResponse(self._account(request))

    async def delete(self, request: Request) -> Response:
        """Forget an account and its keys: they are refused from now on."""
        account_id = self._account(request)["id"]
        with self._store.transaction():
            for key in self._store.find(Query("key", parent_id=account_id)):
                self._store.delete("key", key["id"])
            self._store.delete("account", account_id)
        deleted = "organization.project.service_account.deleted"
        return JSONResponse({"id": account_id, "object": deleted, "deleted": True})

    def _project_id(self, request: Request) -> str:
        project_id = str(request.path_params["project_id"])
        if self._store.get("project", project_id) is None:
            raise not_found("project", project_id, "project_id")
        return project_id

    def _account(self, request: Request) -> Document:
        account_id = request.path_params["account_id"]
        account = self._store.get("account", account_id, self._project_id(request))
        if account is None:
            raise not_found("service account", account_id, "service_account_id")
        return account


def _shown(account: Document) -> Document:
    return {**account, "object": "organization.project.service_account"}
