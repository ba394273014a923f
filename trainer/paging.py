"""OpenAI's list object, and the cursor in a request's query."""

from dataclasses import replace
from typing import Any, Final

from starlette.datastructures import QueryParams
from starlette.responses import JSONResponse

from trainer.errors import Refused
from trainer.store import Document, Query, Store

_MAX_LIMIT: Final = 10_000


def page(store: Store, query: Query, parameters: QueryParams, default_limit: int) -> JSONResponse:
    """One page of the objects asked for, as far as `after` and `limit` say.

    Raises:
        Refused: `after` names no object of this list, or `limit` is no number in range.
    """
    limit, after = _limit(parameters.get("limit"), default_limit), parameters.get("after")
    if after is not None and store.get(query.kind, after) is None:
        raise Refused(f"`after` names no object of this list: {after}", code="invalid_value", param="after")
    found = store.find(replace(query, after=after, limit=limit + 1))
    return JSONResponse(list_object(found[:limit], has_more=len(found) > limit))


def list_object(data: list[Document], *, has_more: bool = False) -> dict[str, Any]:
    """The protocol's envelope around several objects."""
    ends = {"first_id": data[0]["id"], "last_id": data[-1]["id"]} if data else {"first_id": None, "last_id": None}
    return {"object": "list", "data": data, "has_more": has_more, **ends}


def _limit(given: str | None, default: int) -> int:
    if given is None:
        return default
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= _MAX_LIMIT:
        raise Refused(f"`limit` must be a number from 1 to {_MAX_LIMIT:,}.", code="invalid_value", param="limit")
    return int(given)
