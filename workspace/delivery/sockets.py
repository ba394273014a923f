"""Socket Mode: the WebSockets an app opened with its app-level token, and envelopes over them.

See docs.slack.dev/apis/events-api/using-socket-mode: at most 10 connections, an envelope goes to any one of them, and
its acknowledgement repeats the envelope_id.
"""

import asyncio
import json
from dataclasses import dataclass, field

from starlette.websockets import WebSocket, WebSocketDisconnect

from workspace.delivery.envelopes import Envelope, NotAcknowledged
from workspace.ids import Ids
from workspace.records import App, JsonObject

MAX_SOCKETS = 10
APPROXIMATE_CONNECTION_SECONDS = 18_060


@dataclass(slots=True)
class _Line:
    """One app's open sockets, and the envelopes that wait for their acknowledgement by envelope_id."""

    sockets: list[WebSocket] = field(default_factory=list)
    waiting: dict[str, asyncio.Future[JsonObject]] = field(default_factory=dict)


class Sockets:
    """The Socket Mode side of a workspace; a `Transport`."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._tickets: dict[str, str] = {}
        self._lines: dict[str, _Line] = {}
        self._arrival = asyncio.Event()

    def ticket(self, app: App) -> str:
        """Return what opens one socket, once: apps.connections.open puts it into the URL."""
        ticket = self._ids.secret(32)
        self._tickets[ticket] = app.id
        return ticket

    async def wait_connected(self, app: App) -> None:
        """Return as soon as the app has a socket open."""
        while not self._line(app.id).sockets:
            await self._arrival.wait()

    async def serve(self, socket: WebSocket) -> None:
        """Greet one socket and read its acknowledgements until it closes."""
        app_id = self._tickets.pop(socket.query_params.get("ticket", ""), None)
        if app_id is None:
            await socket.close(code=1008)
            return
        await socket.accept()
        line = self._line(app_id)
        if len(line.sockets) >= MAX_SOCKETS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return
        line.sockets.append(socket)
        try:
            await self._greet(socket, app_id, len(line.sockets))
            while True:
                self._acknowledge(line, await socket.receive_text())
        except WebSocketDisconnect:
            return
        finally:
            if socket in line.sockets:
                line.sockets.remove(socket)

    async def send(self, app: App, envelope: Envelope) -> JsonObject:
        """Send an envelope over one of the app's sockets and wait for its acknowledgement."""
        line = self._line(app.id)
        if not line.sockets:
            raise NotAcknowledged("connection_failed")
        envelope_id = self._ids.uuid()
        answer: asyncio.Future[JsonObject] = asyncio.get_running_loop().create_future()
        line.waiting[envelope_id] = answer
        try:
            await self._ids.random.choice(line.sockets).send_json(_message(envelope_id, envelope))
            return await answer
        except (WebSocketDisconnect, RuntimeError) as error:  # Starlette's words for a socket that has just closed.
            raise NotAcknowledged("connection_failed") from error
        finally:
            del line.waiting[envelope_id]

    async def disconnect(self, app: App, reason: str = "refresh_requested") -> None:
        """Ask every socket of an app to reconnect, as Slack does from time to time, and close it."""
        line = self._line(app.id)
        leaving, line.sockets = line.sockets, []
        for socket in leaving:
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "workspace"}})
            await socket.close()

    def _line(self, app_id: str) -> _Line:
        return self._lines.setdefault(app_id, _Line())

    async def _greet(self, socket: WebSocket, app_id: str, count: int) -> None:
        debug_info = {"host": "workspace", "approximate_connection_time": APPROXIMATE_CONNECTION_SECONDS}
        hello = {"num_connections": count, "connection_info": {"app_id": app_id}, "debug_info": debug_info}
        await socket.send_json({"type": "hello", **hello})
        self._arrival.set()
        self._arrival = asyncio.Event()

    @staticmethod
    def _acknowledge(line: _Line, text: str) -> None:
        try:
            message = json.loads(text)
        except ValueError:
            return  # Slack answers nothing to what isn't an acknowledgement, and neither do we.
        if not isinstance(message, dict):
            return
        waiting = line.waiting.get(str(message.get("envelope_id")))
        if waiting and not waiting.done():
            waiting.set_result(message.get("payload") or {})


def _message(envelope_id: str, envelope: Envelope) -> JsonObject:
    message: JsonObject = {
        "envelope_id": envelope_id,
        "type": envelope.type,
        "accepts_response_payload": envelope.accepts_response,
        "payload": envelope.payload,
    }
    if envelope.type == "events_api":
        message |= {"retry_attempt": envelope.retry_attempt, "retry_reason": envelope.retry_reason}
    return message
