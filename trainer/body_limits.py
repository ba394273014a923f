"""How large a request's body may be: told before it is read where the client says its size, and else while it comes."""

import re
from http import HTTPStatus
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from trainer.errors import Refused

MEBIBYTE: Final = 1024 * 1024
# OpenAI's limits: a file 512 MB, a part of an upload 64 MB, https://platform.openai.com/docs/api-reference/files
FILE_BYTES: Final = 512 * MEBIBYTE
PART_BYTES: Final = 64 * MEBIBYTE
_JSON_BYTES: Final = 16 * MEBIBYTE
_FORM_BYTES: Final = MEBIBYTE
"""What a form may have around its file."""
_DRAINED_BYTES: Final = 2 * FILE_BYTES
"""A client that is still sending reads no answer, so a refused body is read to its end, up to here."""
_FILE: Final = re.compile(r"/v1/files/?")
_PART: Final = re.compile(r"/v1/uploads/[^/]+/parts/?")


class BodyLimits:
    """Refuses bodies that are too large with OpenAI's error object and status 413."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, whose body ends in an error where it grows too large."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        limit = limit_bytes(scope["path"])
        declared = _declared_bytes(scope)
        if declared is not None and declared > limit:
            await _drain(receive)
            return await _too_large(limit, declared).answer()(scope, receive, send)
        n_bytes = 0

        async def receive_within() -> Message:
            nonlocal n_bytes
            message = await receive()
            n_bytes += len(message.get("body", b""))
            if n_bytes > limit:
                if message.get("more_body"):
                    await _drain(receive)
                raise _too_large(limit, None)
            return message

        return await self._app(scope, receive_within, send)


def limit_bytes(path: str) -> int:
    """How many bytes a request to this address may carry."""
    if _FILE.fullmatch(path):
        return FILE_BYTES + _FORM_BYTES
    return PART_BYTES + _FORM_BYTES if _PART.fullmatch(path) else _JSON_BYTES


def _declared_bytes(scope: Scope) -> int | None:
    given = dict(scope["headers"]).get(b"content-length", b"")
    return int(given) if given.isdigit() else None


async def _drain(receive: Receive) -> None:
    n_bytes = 0
    while n_bytes < _DRAINED_BYTES:
        message = await receive()
        n_bytes += len(message.get("body", b""))
        if not message.get("more_body"):
            return


def _too_large(limit: int, declared: int | None) -> Refused:
    size = "more" if declared is None else f"{declared:,} bytes"
    return Refused(
        f"The request's body has {size}; at most {limit:,} bytes are accepted here. "
        "Send a larger file in parts, with POST /v1/uploads.",
        status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        code="request_too_large",
    )
