"""Walking a provider's lists to their end, however the provider pages them.

A server that leaves out `has_more` and ignores `after` makes the client's own iterator run for ever. So a walk
ends at an empty page, at a page that brings nothing new, where the server says there is no more, and in any case
after a number of pages.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from storage.rows import JSON
from tuning.errors import ProviderConfused

PAGE_ROWS: Final = 100
"""Rows asked for at once; OpenAI's default of 20 makes five times the calls."""
LIST_PAGES: Final = 100
"""10,000 jobs or files: more means that a server pages without end."""

FetchPage = Callable[[str | None], Awaitable[JSON]]
"""Fetches the page after the row of that id; None for the first."""


async def pages(provider: str, fetch: FetchPage, *, max_pages: int) -> AsyncIterator[list[JSON]]:
    """The rows of a list, page by page, each row once.

    Raises:
        ProviderConfused: `max_pages` were read and there is still more, so that what was not seen may yet exist.
    """
    seen: set[str] = set()
    after: str | None = None
    for _ in range(max_pages):
        page = await fetch(after)
        rows = [row for row in _rows(page) if not row.get("id") or str(row["id"]) not in seen]
        if not rows:
            return
        yield rows
        named = [str(row["id"]) for row in rows if row.get("id")]
        seen.update(named)
        if not named or page.get("has_more") is False:
            return
        after = named[-1]
    raise ProviderConfused(provider, f"a list of more than {max_pages} pages")


def _rows(page: JSON) -> list[JSON]:
    data = page.get("data")
    return [row for row in data if isinstance(row, dict)] if isinstance(data, list) else []
