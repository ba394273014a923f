"""One connection to one provider account, on which everything that is asked of it rests.

The client retries by itself and sends no idempotency key, so that one create could become three paid jobs
(openai-python 3.54.0, `_base_client.py`). It is therefore made with `max_retries=0`; who may repeat a call, and
when, is decided by those who make it.
"""

import asyncio
import hashlib
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import httpx2
from openai import AsyncOpenAI, DefaultAsyncHttpx2Client

from storage.rows import JSON
from tuning.errors import ProviderConfused
from tuning.providers.bodies import json_object
from tuning.providers.errors import translated
from tuning.providers.profiles import Profile


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a provider may take, in seconds."""

    connect_seconds: float = 5
    call_seconds: float = 60
    """For a whole answer; and in a stream of text, for each pause."""
    upload_seconds: float = 1_800
    event_stream_seconds: float = 2


class RawAnswer(Protocol):
    """What the client hands over before it reads it."""

    @property
    def content(self) -> bytes: ...


class Connection:
    """A client for one provider account, and how its answers are read.

    Args:
        base_url: where the provider is; the profile's own when empty. A query in it, such as Azure's
            `?api-version=preview`, goes with every call.
        key: the API key; may be empty where the profile needs none.
    """

    def __init__(
        self, profile: Profile, *, base_url: str = "", key: str = "", patience: Patience | None = None
    ) -> None:
        self.profile = profile
        self.base_url, query = _without_query(base_url or profile.base_url)
        self.account = hashlib.sha256(f"{self.base_url}\n{key}".encode()).hexdigest()[:16]
        self._patience = patience or Patience()
        timeout = httpx2.Timeout(self._patience.call_seconds, connect=self._patience.connect_seconds)
        self._client = AsyncOpenAI(
            api_key=key or "none",
            base_url=self.base_url,
            default_query=query,
            max_retries=0,
            timeout=timeout,
            http_client=_http_client(profile.key_header, key, timeout),
        )
        if not profile.knows_organizations:
            # The client reads them from OPENAI_ORG_ID and OPENAI_PROJECT_ID, and they are no other host's business.
            self._client.organization = self._client.project = None
        self.title = profile.title or self._client.base_url.host
        """The provider as it is called in sentences."""

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()

    async def _object(self, call: Awaitable[RawAnswer], *, seconds: float | None = None) -> JSON:
        async with translated(self.title), asyncio.timeout(seconds or self._patience.call_seconds):
            answer = await call
        return json_object(self.title, answer.content)

    def _named(self, body: JSON) -> str:
        if not isinstance(body.get("id"), str) or not body["id"]:
            raise ProviderConfused(self.title, "an object without an id")
        return str(body["id"])


def _without_query(url: str) -> tuple[str, dict[str, object]]:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="")).rstrip("/"), dict(parse_qsl(parts.query))


def _http_client(key_header: str, key: str, timeout: httpx2.Timeout) -> httpx2.AsyncClient:
    """A client that follows no redirect, so that the key goes nowhere but to the host that it was given for.

    Args:
        key_header: the header of the host's own in which it wants the key; empty for a bearer token.
    """

    async def move_key(request: httpx2.Request) -> None:
        request.headers.pop("Authorization", None)
        request.headers[key_header] = key

    hooks = {"request": [move_key]} if key_header else {}
    return DefaultAsyncHttpx2Client(timeout=timeout, event_hooks=hooks, follow_redirects=False)
