"""``GET /openapi.json``: what this server takes, as an OpenAPI document, derived from its routes and request shapes."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from trainer.admin import LimitRequest, ProjectRequest
from trainer.completion_requests import ChatRequest, CompletionRequest
from trainer.requests import CompleteUploadRequest, JobRequest, TokenCountsRequest, UploadRequest
from trainer.service_accounts import AccountRequest
from trainer.webhooks import EndpointChange, EndpointRequest, RotateRequest, SampleRequest

_ENDPOINT: Final = "/webhook_endpoints/{endpoint_id}"
_PROJECT: Final = "/organization/projects/{project_id}"
_BODIES: Final[Mapping[str, type[BaseModel]]] = {
    "/uploads": UploadRequest,
    "/uploads/{upload_id}/complete": CompleteUploadRequest,
    "/fine_tuning/jobs": JobRequest,
    "/chat/completions": ChatRequest,
    "/completions": CompletionRequest,
    "/token_counts": TokenCountsRequest,
    "/webhook_endpoints": EndpointRequest,
    _ENDPOINT: EndpointChange,
    f"{_ENDPOINT}/rotate_secret": RotateRequest,
    f"{_ENDPOINT}/test": SampleRequest,
    "/organization/projects": ProjectRequest,
    _PROJECT: ProjectRequest,
    f"{_PROJECT}/service_accounts": AccountRequest,
    f"{_PROJECT}/rate_limits/{{limit_id}}": LimitRequest,
}
_FORMS: Final[Mapping[str, Mapping[str, Any]]] = {
    "/files": {"file": {"type": "string", "format": "binary"}, "purpose": {"type": "string"}},
    "/uploads/{upload_id}/parts": {"data": {"type": "string", "format": "binary"}},
}
_LISTED: Final = ("after", "before", "order", "limit")
_CONVERTER: Final = re.compile(r":\w+}")
_PARAMETER: Final = re.compile(r"{(\w+)}")


def openapi_route(routes: Iterable[Route]) -> Route:
    """The address of the document that describes these routes, all below ``/v1``."""
    document = openapi_document(routes)

    async def answer(_: Request) -> Response:
        return JSONResponse(document)

    return Route("/openapi.json", answer)


def openapi_document(routes: Iterable[Route]) -> dict[str, Any]:
    """The document; requests are described whole, answers only by their kind."""
    _, definitions = models_json_schema(
        [(shape, "validation") for shape in set(_BODIES.values())], ref_template="#/components/schemas/{model}"
    )
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        path = _CONVERTER.sub("}", route.path)
        for method in (route.methods or set()) - {"HEAD"}:
            paths.setdefault(path, {})[method.lower()] = _operation(path, method, route.name)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tunesmith Trainer", "version": "1"},
        "servers": [{"url": "/v1"}],
        "paths": paths,
        "components": {"schemas": definitions["$defs"]},
    }


def _operation(path: str, method: str, name: str) -> dict[str, Any]:
    names = _PARAMETER.findall(path)
    parameters = [{"name": one, "in": "path", "required": True, "schema": {"type": "string"}} for one in names]
    if name.startswith("list_"):
        parameters += [{"name": one, "in": "query", "schema": {"type": "string"}} for one in _LISTED]
    operation: dict[str, Any] = {
        "operationId": f"{name}_{path.strip('/').split('/')[0]}_{method.lower()}",
        "parameters": parameters,
        "responses": {
            "200": {"description": "The object asked for."},
            "4XX": {"description": "OpenAI's error object."},
        },
    }
    if method == "POST" and (body := _body(path)):
        operation["requestBody"] = {"required": True, "content": body}
    return operation


def _body(path: str) -> dict[str, Any] | None:
    if path in _BODIES:
        return {"application/json": {"schema": {"$ref": f"#/components/schemas/{_BODIES[path].__name__}"}}}
    if path in _FORMS:
        return {"multipart/form-data": {"schema": {"type": "object", "properties": dict(_FORMS[path])}}}
    return None
