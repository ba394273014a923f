"""What a client did wrong, as OpenAI's error object: ``{"error": {message, type, param, code}}``."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from trainer.backends.vllm import ServingFailed

_NO_ROOM: Final = HTTPStatus.INSUFFICIENT_STORAGE
_TYPE_NAMES: Final = frozenset({"str", "int", "float"})


class Refused(Exception):
    """A request that cannot be served; its sentence reaches the client with the status, code and parameter."""

    def __init__(
        self,
        message: str,
        *,
        status: int = HTTPStatus.BAD_REQUEST,
        code: str | None = None,
        param: str | None = None,
        kind: str = "invalid_request_error",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.param = param
        self.kind = kind
        """OpenAI's `type`."""
        self.headers = headers

    def answer(self) -> JSONResponse:
        """The refusal as a response."""
        body = error_object(str(self), kind=self.kind, code=self.code, param=self.param)
        return JSONResponse(body, self.status, self.headers)


def model_not_found(model_id: str) -> Refused:
    """No base and no fine-tuned model has this id."""
    return Refused(
        f"The model `{model_id}` does not exist or was deleted. GET /v1/models lists those there are.",
        status=HTTPStatus.NOT_FOUND,
        code="model_not_found",
        param="model",
    )


def not_found(what: str, given_id: str, param: str) -> Refused:
    """No file or job has this id."""
    return Refused(f"No such {what}: {given_id}", status=HTTPStatus.NOT_FOUND, code="not_found", param=param)


def invalid_request(error: ValidationError, within: str | None = None) -> Refused:
    """The first thing that is wrong with a request's body, or with what is within one of its arguments."""
    first = error.errors(include_url=False, include_context=False)[0]
    param = path_of((within, *first["loc"]) if within else first["loc"])
    if first["type"] == "json_invalid":
        return Refused(f"The body of your request is not valid JSON: {first['msg']}.")
    if first["type"] == "extra_forbidden":
        return Refused(f"Unrecognized request argument supplied: {param}", code="unknown_parameter", param=param)
    if first["type"] == "missing":
        return Refused(f"Missing required parameter: '{param}'.", code="missing_required_parameter", param=param)
    return Refused(f"Invalid value for '{param}': {first['msg']}.", code="invalid_value", param=param)


def path_of(location: tuple[int | str, ...]) -> str:
    """A place in a JSON document as OpenAI writes it: ``messages[0].role``."""
    # Where a value may have several types, pydantic adds the type's name, such as `list[TextPart]` or `str`.
    parts = [part for part in location if isinstance(part, int) or (part.isidentifier() and part not in _TYPE_NAMES)]
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return path.removeprefix(".")


def error_object(message: str, *, kind: str, code: str | None = None, param: str | None = None) -> Mapping[str, Any]:
    """The body of every failed answer."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


async def answer_refused(_: Request, error: Exception) -> JSONResponse:
    """Answer a request that was refused."""
    assert isinstance(error, Refused)  # noqa: S101 - Starlette's signature is wider than what it is registered for
    return error.answer()


async def answer_unsuitable(_: Request, error: Exception) -> JSONResponse:
    """Answer a conversation that the model's chat template cannot write."""
    body = error_object(str(error), kind="invalid_request_error", code="unsuitable_template", param="messages")
    return JSONResponse(body, HTTPStatus.BAD_REQUEST)


async def answer_serving(_: Request, error: Exception) -> JSONResponse:
    """Answer a question for which the server that computes answers had none."""
    assert isinstance(error, ServingFailed)  # noqa: S101 - as above
    return JSONResponse(serving_error(error), error.status)


def serving_error(error: ServingFailed) -> Mapping[str, Any]:
    """The body of the same."""
    return error_object(str(error), kind="server_error", code=error.code)


async def answer_no_room(_: Request, error: Exception) -> JSONResponse:
    """Answer a request whose outcome could not be written to the disk; nothing of it was kept."""
    return JSONResponse(error_object(no_room(error), kind="server_error", code="insufficient_storage"), _NO_ROOM)


def no_room(error: Exception) -> str:
    """A disk that takes no more, as a sentence."""
    reason = (isinstance(error, OSError) and error.strerror) or error
    return f"The trainer could not write to its disk ({reason}). Free space for its data folder, and try again."


async def answer_http_error(request: Request, error: Exception) -> JSONResponse:
    """Answer a request for an address or method that does not exist."""
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    reasons = {
        HTTPStatus.NOT_FOUND: f"Invalid URL ({request.method} {request.url.path})",
        HTTPStatus.METHOD_NOT_ALLOWED: f"Not allowed to {request.method} on {request.url.path}",
    }
    message = reasons.get(HTTPStatus(error.status_code), error.detail)
    return JSONResponse(error_object(message, kind="invalid_request_error"), error.status_code)


async def answer_bug(_: Request, __: Exception) -> JSONResponse:
    """Answer a request that met a fault of the server; Starlette logs the traceback."""
    message = "The server had an error while processing your request. Its log says more."
    return JSONResponse(error_object(message, kind="server_error"), HTTPStatus.INTERNAL_SERVER_ERROR)
