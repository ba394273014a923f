"""The bytes of files over HTTP: the upload URL and url_private."""

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response

from workspace.api.dispatch import bearer_token
from workspace.composition import Workspace
from workspace.records import App
from workspace.sharing import may_read

_LOGIN_PAGE = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in to {team}</body></html>"


class Transfers:
    """The endpoints of files.slack.com."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def upload(self, request: Request) -> Response:
        """Take the bytes for an upload URL: as the body itself or as a multipart form with one file."""
        file = self._workspace.uploads.expected(request.path_params["ticket"])
        if file is None:
            return PlainTextResponse("Not found", status_code=404)
        file_bytes = self._workspace.file_bytes
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            async with request.form() as form:
                content = b"".join([await part.read() for part in form.values() if not isinstance(part, str)])
            await file_bytes.write_all(file.id, content)
            size_bytes = len(content)
        else:
            size_bytes = await file_bytes.write(file.id, request.stream())
        if size_bytes != file.size_bytes:
            return PlainTextResponse(f"Expected {file.size_bytes} bytes, got {size_bytes}", status_code=400)
        self._workspace.uploads.received(file)
        return PlainTextResponse(f"OK - {size_bytes}")

    async def download(self, request: Request) -> Response:
        """Send a file to an app that may read it.

        Without a token, files:read or sight of the file Slack answers 200 with the HTML of its login page; so do we.
        """
        state = self._workspace.state
        team_and_file = request.path_params["team_and_file"]
        file = state.files.get(team_and_file.removeprefix(f"{state.team.id}-"))
        if file is None:
            return PlainTextResponse("Not found", status_code=404)
        app = self._reader(request)
        if app is None or not may_read(state, app.bot_user_id, file):
            return HTMLResponse(_LOGIN_PAGE.format(team=state.team.name))
        path = self._workspace.file_bytes.path(file.id)
        if file.mode == "tombstone" or not path.exists():
            return PlainTextResponse("Not found", status_code=404)
        return FileResponse(path, media_type=file.mimetype, filename=file.name)

    def _reader(self, request: Request) -> App | None:
        token = bearer_token(request)
        apps = self._workspace.state.apps.values()
        return next((app for app in apps if token == app.bot_token and "files:read" in app.scopes), None)
