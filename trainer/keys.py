"""Who is asking: the project of a request's key, and whether the key is one at all."""

import hmac
from hashlib import sha256
from http import HTTPStatus
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from trainer.errors import Refused
from trainer.store import DEFAULT_PROJECT, Query, Store

_ADMIN_PATH: Final = "/v1/organization"


def hash_of(key: str) -> str:
    """What is kept of a key: its sha256. Keys are long and random, so nothing slower is needed."""
    return sha256(key.encode()).hexdigest()


class Keys:
    """Lets requests in that carry the right key.

    Args:
        api_key: the key of the default project. Without it, and without an admin key, any key is accepted, and none.
        admin_key: the key of the admin API, which makes projects and their keys; None closes that API.
    """

    def __init__(self, app: ASGIApp, store: Store, api_key: str | None, admin_key: str | None) -> None:
        self._app = app
        self._store = store
        self._api_key = api_key
        self._admin_key = admin_key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] == "http" and scope["path"].startswith("/v1"):
            try:
                scope["project_id"] = self._project_id(scope)
            except Refused as error:
                return await error.answer()(scope, receive, send)
        return await self._app(scope, receive, send)

    def _project_id(self, scope: Scope) -> str:
        headers = dict(scope["headers"])
        key = headers.get(b"authorization", b"").decode("latin-1").removeprefix("Bearer ")
        if scope["path"].startswith(_ADMIN_PATH):
            if not _is_same(key, self._admin_key):
                raise _wrong_key("The admin API wants the key that the server was started with as --admin-key.")
            return DEFAULT_PROJECT
        project_id = self._project_of_key(key)
        wanted = headers.get(b"openai-project", b"").decode("latin-1")
        if wanted and wanted != project_id and self._has_projects():
            message = f"The key belongs to project {project_id}, but the request's OpenAI-Project is {wanted}."
            raise Refused(message, status=HTTPStatus.UNAUTHORIZED, code="mismatched_project")
        return project_id

    def _project_of_key(self, key: str) -> str:
        if _is_same(key, self._api_key) or not (self._api_key or self._admin_key):
            return DEFAULT_PROJECT
        for found in self._store.find(Query("key", fields={"hash": hash_of(key)})):
            project_id = self._store.project_of("key", found["id"])
            project = self._store.get("project", project_id)
            is_over = found["expires_at"] is not None and found["expires_at"] <= self._store.now()
            if project and project["status"] == "active" and not is_over:
                return project_id
        raise _wrong_key("Incorrect API key provided. Send the server's --api-key, or a key that its admin API made.")

    def _has_projects(self) -> bool:
        return self._admin_key is not None


def _is_same(given: str, expected: str | None) -> bool:
    return expected is not None and hmac.compare_digest(given.encode(), expected.encode())


def _wrong_key(message: str) -> Refused:
    return Refused(message, status=HTTPStatus.UNAUTHORIZED, code="invalid_api_key")
