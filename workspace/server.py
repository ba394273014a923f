"""The workspace as one ASGI application: Web API, Socket Mode, files, response_urls and the people's endpoints."""

import json

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from workspace.api.dispatch import WebApi
from workspace.composition import Workspace
from workspace.errors import SlackError
from workspace.interactions.answers import respond
from workspace.loopback import LoopbackOnly
from workspace.person_api import PersonApi
from workspace.transfers import Transfers


def build(workspace: Workspace) -> FastAPI:
    """Make the application. It is a FastAPI only so that the page, which NiceGUI mounts on one, can join it."""
    api = WebApi(workspace)
    transfers = Transfers(workspace)
    routes: list[BaseRoute] = [
        Route("/api/{method}", api.endpoint, methods=["GET", "POST"]),
        Route("/upload/v1/{ticket}", transfers.upload, methods=["POST"]),
        Route("/files-pri/{team_and_file}/download/{filename}", transfers.download),
        Route("/files-pri/{team_and_file}/{filename}", transfers.download),
        Route("/response/{secret}", _ResponseUrlEndpoint(workspace).endpoint, methods=["POST"]),
        WebSocketRoute("/link/", workspace.sockets.serve),
        *PersonApi(workspace).routes(),
    ]
    return FastAPI(
        routes=routes, middleware=[Middleware(LoopbackOnly)], docs_url=None, redoc_url=None, openapi_url=None
    )


class _ResponseUrlEndpoint:
    """Where apps POST their later answers to a command or a click."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def endpoint(self, request: Request) -> Response:
        """Take an answer: `ok`, or 404 when the response_url is used up or has expired."""
        interactions = self._workspace.interactions
        try:
            answer = json.loads(await request.body())
        except ValueError:
            return PlainTextResponse("invalid_payload", status_code=400)
        try:
            origin = interactions.response_urls.use(request.path_params["secret"])
            respond(self._workspace.state, origin, answer)
        except SlackError as error:
            status = 404 if error.code in {"used_url", "expired_url"} else 200
            return JSONResponse(error.as_json(), status_code=status)
        return PlainTextResponse("ok")
