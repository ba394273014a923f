"""One page of a job's events, from servers that answer JSON and from those that stream."""

import asyncio
import json
from contextlib import suppress
from typing import Protocol

from openai import AsyncOpenAI, omit

from storage.rows import JSON
from tuning.providers.bodies import json_object
from tuning.providers.paging import PAGE_ROWS
from tuning.providers.shapes import ProviderEvent


class _Lines(Protocol):
    def __aiter__(self) -> "_Lines": ...

    async def __anext__(self) -> str: ...


async def fetch_event_page(
    client: AsyncOpenAI, provider: str, provider_job_id: str, after: str | None, *, stream_seconds: float
) -> JSON:
    """The page of events after the one of that id.

    Some servers send the events as server-sent events, on a connection that stays open while the job runs
    (seen in fakeai 0.3.2). Such a stream is read for `stream_seconds`; what it brought by then is the page.

    Raises:
        ProviderConfused: neither JSON nor a stream of it.
    """
    call = client.fine_tuning.jobs.with_streaming_response.list_events(
        provider_job_id, after=after or omit, limit=PAGE_ROWS
    )
    async with call as response:
        if "text/event-stream" not in response.headers.get("content-type", ""):
            return json_object(provider, await response.read())
        rows: list[JSON] = []
        with suppress(TimeoutError):
            async with asyncio.timeout(stream_seconds):
                async for line in response.iter_lines():
                    rows += _row_of(line)
        return {"data": rows, "has_more": False}


def is_newest_first(events: list[ProviderEvent]) -> bool:
    """Whether a page certainly runs from new to old, as OpenAI's do; others run from old to new."""
    return len(events) > 1 and events[0].created_at > events[-1].created_at


def oldest_first(events: list[ProviderEvent], *, is_newest_first_usual: bool) -> list[ProviderEvent]:
    """Events in the order in which they happened; those of one second keep the server's own order of them.

    Args:
        is_newest_first_usual: the host's habit, which decides where all events are of one second.
    """
    if not events:
        return []
    is_one_second = events[0].created_at == events[-1].created_at
    is_reversed = is_newest_first_usual if is_one_second else is_newest_first(events)
    return sorted(reversed(events) if is_reversed else events, key=lambda event: event.created_at)


def _row_of(line: str) -> list[JSON]:
    if not line.startswith("data:"):
        return []
    try:
        row = json.loads(line.removeprefix("data:"), parse_constant=lambda _: None)
    except ValueError:
        return []
    return [row] if isinstance(row, dict) else []
