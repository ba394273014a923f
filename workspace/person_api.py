"""People over HTTP: what a `Person` can do, for the demo's tour, for tests in other processes and for curl.

`POST /person/{name}/{act}` takes the act's arguments as JSON; reads give messages, channels and views in Slack's own
shapes; `GET /person/{name}/changes` is a stream of server-sent events that continues after `Last-Event-ID`.
"""

import inspect
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from workspace.api.arguments import read_arguments
from workspace.composition import Workspace
from workspace.errors import SlackError, invalid_arguments
from workspace.people import AppTrouble, CommandResult, Person
from workspace.records import JsonObject, Message
from workspace.shapes import app_json, channel_json, message_json, user_json, view_json

_ACTS: dict[str, Callable[..., Awaitable[object]]] = {
    "post": Person.post,
    "edit": Person.edit,
    "delete": Person.delete,
    "react": Person.react,
    "command": Person.command,
    "click": Person.click,
    "click_in_view": Person.click_in_view,
    "submit_view": Person.submit_view,
    "close_view": Person.close_view,
    "use_shortcut": Person.use_shortcut,
    "stop_stream": Person.stop_stream,
    "open_dm": Person.open_dm,
    "open_home": Person.open_home,
    "invite": Person.invite,
    "delete_file": Person.delete_file,
}


class PersonApi:
    """The endpoints under /person/{name}."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def routes(self) -> list[Route]:
        """Return the routes, reads before the acts."""
        return [
            Route("/person/{name}", self._answering(self._me)),
            Route("/person/{name}/channels", self._answering(self._channels)),
            Route("/person/{name}/messages", self._answering(self._messages)),
            Route("/person/{name}/replies", self._answering(self._replies)),
            Route("/person/{name}/views", self._answering(self._views)),
            Route("/person/{name}/changes", self._changes),
            Route("/person/{name}/files/{file_id}", self._read_file),
            Route("/person/{name}/files", self._answering(self._share_file), methods=["POST"]),
            Route("/person/{name}/{act}", self._answering(self._act), methods=["POST"]),
        ]

    def _answering(
        self, handle: Callable[[Request, Person], Awaitable[JsonObject]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                return JSONResponse({"ok": True, **await handle(request, self._person(request))})
            except SlackError as error:
                return JSONResponse(error.as_json(), status_code=400)
            except AppTrouble as trouble:
                return JSONResponse({"ok": False, "error": str(trouble)}, status_code=502)

        return endpoint

    def _person(self, request: Request) -> Person:
        try:
            return self._workspace.person(request.path_params["name"])
        except KeyError as error:
            raise SlackError("user_not_found") from error

    async def _me(self, request: Request, person: Person) -> JsonObject:
        del request
        state = person.state
        users = [user_json(state, user, include_locale=True) for user in state.users.values()]
        return {
            "user": user_json(state, person.user, include_locale=True),
            "apps": [app_json(state, app) for app in person.apps()],
            "users": users,
        }

    async def _channels(self, request: Request, person: Person) -> JsonObject:
        del request
        return {"channels": [channel_json(person.state, channel, person.user.id) for channel in person.channels()]}

    async def _messages(self, request: Request, person: Person) -> JsonObject:
        channel_id = request.query_params.get("channel", "")
        return {
            "messages": _shapes(person, person.messages(channel_id)),
            "ephemerals": _shapes(person, person.ephemerals(channel_id)),
        }

    async def _replies(self, request: Request, person: Person) -> JsonObject:
        query = request.query_params
        return {"messages": _shapes(person, person.replies(query.get("channel", ""), query.get("thread_ts", "")))}

    async def _views(self, request: Request, person: Person) -> JsonObject:
        del request
        homes = [home for app in person.apps() if (home := person.home(app.id))]
        return {
            "views": [view_json(person.state, view) for view in person.open_views()],
            "homes": [view_json(person.state, view) for view in homes],
        }

    async def _share_file(self, request: Request, person: Person) -> JsonObject:
        async with request.form() as form:
            upload = form.get("file")
            if upload is None or isinstance(upload, str):
                raise invalid_arguments("missing required field: file")
            words = {name: str(form.get(name) or "") for name in ("channel_id", "text", "thread_ts")}
            message = await person.share_file(
                words["channel_id"],
                upload.filename or "Untitled",
                await upload.read(),
                words["text"],
                words["thread_ts"] or None,
            )
        return _result(person, message)

    async def _act(self, request: Request, person: Person) -> JsonObject:
        act = _ACTS.get(request.path_params["act"])
        if act is None:
            raise SlackError("unknown_method", known=sorted(_ACTS))
        arguments = await read_arguments(request)
        try:
            bound = inspect.signature(act).bind(person, **arguments.given)
        except TypeError as error:
            raise invalid_arguments(str(error)) from error
        return _result(person, await act(*bound.args, **bound.kwargs))

    async def _read_file(self, request: Request) -> Response:
        try:
            person = self._person(request)
            file = person.file(request.path_params["file_id"])
            return Response(await person.read_file(file.id), media_type=file.mimetype)
        except SlackError as error:
            return JSONResponse(error.as_json(), status_code=404)

    async def _changes(self, request: Request) -> Response:
        try:
            person = self._person(request)
        except SlackError as error:
            return JSONResponse(error.as_json(), status_code=404)
        seen = request.headers.get("last-event-id") or request.query_params.get("after")
        after = int(seen) if seen and seen.isdigit() else None
        return StreamingResponse(_server_sent(person, after), media_type="text/event-stream")


async def _server_sent(person: Person, after: int | None) -> AsyncIterator[str]:
    yield ": the changes that this person may see\n\n"
    async for change in person.changes(after):
        data = json.dumps({"channel": change.channel_id, **change.details}, ensure_ascii=False)
        yield f"id: {change.number}\nevent: {change.kind}\ndata: {data}\n\n"


def _shapes(person: Person, messages: list[Message]) -> list[JsonObject]:
    return [message_json(person.state, message) for message in messages]


def _result(person: Person, result: object) -> JsonObject:
    match result:
        case Message():
            shape = message_json(person.state, result)
            return {"channel": result.channel_id, "ts": result.ts, "message": shape}
        case CommandResult():
            return asdict(result)
        case dict():
            return {"errors": result}
        case str():
            return {"channel": result}
    return {}
