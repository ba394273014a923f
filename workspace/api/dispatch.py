"""From an HTTP request to a method and back: token, limits, scopes, and errors in Slack's form."""

import logging

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from workspace.api import assistant, auth, chat, conversations, files, reactions, streams, users, views
from workspace.api.arguments import Arguments, read_arguments
from workspace.api.calls import Call, Method
from workspace.api.validation import OPEN_METHODS
from workspace.composition import Workspace
from workspace.errors import SlackError
from workspace.limits import TooFast
from workspace.records import App, JsonObject
from workspace.scopes import require

logger = logging.getLogger(__name__)

METHODS: dict[str, Method] = {
    **assistant.METHODS,
    **auth.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **reactions.METHODS,
    **streams.METHODS,
    **users.METHODS,
    **views.METHODS,
}


class WebApi:
    """The endpoint /api/{method}."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def endpoint(self, request: Request) -> Response:
        """Answer one call: HTTP 200 with `ok`, or 429 with Retry-After when it came too fast."""
        method = request.path_params["method"]
        try:
            answer = {"ok": True, **await self._answer(method, request)}
        except TooFast as error:
            headers = {"Retry-After": str(error.retry_after_seconds)}
            return JSONResponse(error.as_json(), status_code=429, headers=headers)
        except SlackError as error:
            logger.info("web api call refused", extra={"method": method, "error": error.code})
            answer = error.as_json()
        return JSONResponse(answer, headers=_granted(request))

    async def _answer(self, name: str, request: Request) -> JsonObject:
        arguments = await read_arguments(request)
        if name in OPEN_METHODS:
            return OPEN_METHODS[name](arguments)
        method = METHODS.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        app = self._caller(request, arguments, method)
        request.state.scopes = ["connections:write"] if method.is_for_app_token else sorted(app.scopes)
        self._workspace.limits.count_call(app.id, name, method.tier)
        require(app, *method.scopes)
        return await method.handler(Call(self._workspace, app, arguments))

    def _caller(self, request: Request, arguments: Arguments, method: Method) -> App:
        token = bearer_token(request) or arguments.text("token")
        if token is None:
            raise SlackError("not_authed")
        for app in self._workspace.state.apps.values():
            if token == (app.app_token if method.is_for_app_token else app.bot_token):
                return app
            if token in {app.app_token, app.bot_token}:
                raise SlackError("not_allowed_token_type")
        raise SlackError("invalid_auth")


def _granted(request: Request) -> dict[str, str]:
    """The header by which Slack says what the token may do, with every answer to a token that it knows."""
    scopes = getattr(request.state, "scopes", None)
    return {} if scopes is None else {"x-oauth-scopes": ",".join(scopes)}


def bearer_token(request: Request) -> str | None:
    """Return the token of the Authorization header."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None
