"""The arguments of a Web API call, whether they came as JSON, as a form or in the query."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from workspace.errors import SlackError, invalid_arguments
from workspace.records import JsonObject


@dataclass(frozen=True, slots=True)
class Arguments:
    """Reads arguments by name and type; what has the wrong type is refused as invalid_arguments."""

    given: Mapping[str, Any]

    def text(self, name: str) -> str | None:
        """Return a string, None when it is missing or empty."""
        value = self.given.get(name)
        if value in (None, ""):
            return None
        if isinstance(value, dict | list):
            raise invalid_arguments(f"must be a string [json-pointer:/{name}]")
        return str(value)

    def required(self, name: str) -> str:
        """Return a string that must be there."""
        value = self.text(name)
        if value is None:
            raise invalid_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str) -> bool:
        """Return a boolean; forms say 1 or true."""
        return str(self.given.get(name, "")).lower() in {"1", "true"}

    def integer(self, name: str, default: int) -> int:
        """Return a whole number."""
        value = self.text(name)
        try:
            return default if value is None else int(value)
        except ValueError as error:
            raise invalid_arguments(f"must be an integer [json-pointer:/{name}]") from error

    def decoded(self, name: str, error_code: str = "invalid_arguments") -> Any:  # noqa: ANN401  JSON can be anything.
        """Return an object or array; within a form it is JSON in a string."""
        value = self.given.get(name)
        if value in (None, ""):
            return None
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as error:
            raise SlackError(error_code) from error

    def objects(self, name: str, error_code: str = "invalid_arguments") -> list[JsonObject] | None:
        """Return an array of objects, None when it is missing."""
        value = self.decoded(name, error_code)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise SlackError(error_code)
        return value

    def object(self, name: str, error_code: str = "invalid_arguments") -> JsonObject | None:
        """Return an object, None when it is missing."""
        value = self.decoded(name, error_code)
        if value is not None and not isinstance(value, dict):
            raise SlackError(error_code)
        return value


async def read_arguments(request: Request) -> Arguments:
    """Read a request's arguments; raises invalid_json or json_not_object as Slack does."""
    given: dict[str, Any] = dict(request.query_params)
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError as error:
            raise SlackError("invalid_json") from error
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return Arguments(given | body)
    async with request.form() as form:
        return Arguments(given | dict(form))
