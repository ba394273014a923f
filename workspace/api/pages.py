"""Cursor pagination, as docs.slack.dev/apis/web-api/pagination describes it."""

from workspace.api.arguments import Arguments
from workspace.errors import SlackError
from workspace.records import JsonObject

DEFAULT_LIMIT = 100
MAX_LIMIT = 1000


def page(arguments: Arguments, key: str, items: list[JsonObject] | list[str]) -> JsonObject:
    """Return the page of `items` that limit and cursor ask for, under `key`, with the next cursor."""
    limit = arguments.integer("limit", DEFAULT_LIMIT)
    if not 0 < limit <= MAX_LIMIT:
        raise SlackError("invalid_limit")
    cursor = arguments.text("cursor") or "0"
    if not cursor.isdigit():
        raise SlackError("invalid_cursor")
    start = int(cursor)
    next_cursor = str(start + limit) if start + limit < len(items) else ""
    return {key: items[start : start + limit], "response_metadata": {"next_cursor": next_cursor}}
