"""The ways in which a provider can fail to answer as it should."""

import asyncio

from starlette.responses import HTMLResponse, JSONResponse, StreamingResponse

hang = "hang"
"""No answer at all, until the test is over."""


def refusal(status, code="", message="no", headers=None):
    """An answer with OpenAI's error object."""
    return lambda: JSONResponse(
        {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": code or None}},
        status,
        headers,
    )


def html():
    return HTMLResponse("<!doctype html><title>Sign in</title>")


def cut():
    """Half an answer: the connection closes before the promised bytes have come."""

    async def half():
        yield b'{"id": '
        raise ConnectionError

    return StreamingResponse(half(), headers={"content-length": "100"}, media_type="application/json")


def server_sent(rows, *, is_endless):
    async def stream():
        for row in rows:
            yield f"data: {row}\n\n".encode()
        if is_endless:
            await asyncio.Event().wait()

    return lambda: StreamingResponse(stream(), media_type="text/event-stream")
