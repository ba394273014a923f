"""Apps may come from anywhere, people only from this machine: whoever acts as a person needs no password here."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

# What apps reach with a token, a signature's secret or a ticket of their own.
_FOR_APPS = ("/api/", "/link/", "/upload/", "/files-pri/", "/response/")


class LoopbackOnly:
    """ASGI middleware that refuses people's requests from other machines, other names and other web pages.

    A foreign Host means a name that was rebound to this machine, a foreign Origin a web page elsewhere.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on or refuse it."""
        if scope["type"] == "lifespan" or scope["path"].startswith(_FOR_APPS) or _is_local(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(code=1008)(scope, receive, send)
        else:
            await PlainTextResponse("Only from this machine.", status_code=403)(scope, receive, send)


def _is_local(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    client = scope.get("client") or ("", 0)
    origin = headers.get("origin")
    host = headers.get("host", "")
    is_same_origin = origin is None or urlsplit(origin).netloc == host
    return _is_loopback(client[0]) and _is_loopback(urlsplit(f"//{host}").hostname or "") and is_same_origin


def _is_loopback(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
