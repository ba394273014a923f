"""OpenAI's list object, and the cursors in a request's query."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from starlette.datastructures import QueryParams
from starlette.responses import JSONResponse

from trainer.errors import Refused
from trainer.store import Document, Query, Store

_MAX_LIMIT: Final = 10_000


def page(
    store: Store,
    query: Query,
    parameters: QueryParams,
    default_limit: int,
    shown: Callable[[Document], Document] = dict,
) -> JSONResponse:
    """One page of the objects asked for, as far as `after`, `before`, `order` and `limit` say.

    Raises:
        Refused: a cursor names no object of this list, or `limit` or `order` is out of range.
    """
    limit = _limit(parameters.get("limit"), default_limit)
    after, before = (_cursor(store, query, parameters, name) for name in ("after", "before"))
    is_newest_first = _is_newest_first(parameters.get("order"))
    found = store.find(replace(query, after=after, before=before, limit=limit + 1, is_newest_first=is_newest_first))
    kept = found[:limit] if before is None else found[-limit:]
    return JSONResponse(list_object([shown(each) for each in kept], has_more=len(found) > limit))


def list_object(data: list[Document], *, has_more: bool = False) -> dict[str, Any]:
    """The protocol's envelope around several objects."""
    ends = {"first_id": data[0]["id"], "last_id": data[-1]["id"]} if data else {"first_id": None, "last_id": None}
    return {"object": "list", "data": data, "has_more": has_more, **ends}


def _cursor(store: Store, query: Query, parameters: QueryParams, name: str) -> str | None:
    cursor = parameters.get(name)
    if cursor and store.get(query.kind, cursor, query.project_id) is None:
        raise Refused(f"`{name}` names no object of this list: {cursor}", code="invalid_value", param=name)
    return cursor or None


def _is_newest_first(order: str | None) -> bool:
    if order not in {None, "asc", "desc"}:
        raise Refused("`order` must be asc or desc.", code="invalid_value", param="order")
    return order != "asc"


def _limit(given: str | None, default: int) -> int:
    if given is None:
        return default
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= _MAX_LIMIT:
        raise Refused(f"`limit` must be a number from 1 to {_MAX_LIMIT:,}.", code="invalid_value", param="limit")
    return int(given)
