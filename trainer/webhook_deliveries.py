"""Telling endpoints how jobs ended: signed, retried for three days, and remembered over a restart.

Signed by the Standard Webhooks scheme (https://www.standardwebhooks.com), as OpenAI's are: HMAC-SHA256 over id, time
and body. Delivery is at least once and in no certain order; a receiver recognises what it had by ``webhook-id``.
"""

import asyncio
import hmac
import json
import logging
from base64 import b64decode, b64encode
from contextlib import suppress
from typing import Final

import aiohttp
from yarl import URL

from trainer.store import Document, Query, Store, StoreUnavailable
from trainer.webhook_addresses import NotPublic, PublicResolver, require_public

logger = logging.getLogger(__name__)

_FIRST_RETRY_SECONDS: Final = 1
_LONGEST_RETRY_SECONDS: Final = 60 * 60
_GIVE_UP_SECONDS: Final = 72 * 60 * 60
_POLL_SECONDS: Final = 1
_TIMEOUT_SECONDS: Final = 10
_TWO_HUNDREDS: Final = range(200, 300)


class Undelivered(Exception):
    """The endpoint could not be reached, or did not answer in time."""


class Deliveries:
    """What endpoints are still to be told."""

    def __init__(self, store: Store, *, goes_anywhere: bool) -> None:
        self._store = store
        self._goes_anywhere = goes_anywhere
        self._is_due = asyncio.Event()

    def add(self, event_type: str, job_id: str) -> None:
        """Tell every endpoint of the job's project that asked for this type; the caller has a transaction open."""
        project_id = self._store.project_of("job", job_id)
        for endpoint in self._store.find(Query("webhook", project_id)):
            if event_type in endpoint["event_types"]:
                event = self._event(event_type, job_id)
                due = {"id": event["id"], "event": event, "n_attempts": 0, "due_at": event["created_at"]}
                self._store.add("delivery", due, endpoint["id"], project_id)
        self._is_due.set()

    async def send_sample(self, endpoint: Document, event_type: str) -> int:
        """Send an event of a job that there is not; gives the status that the endpoint answered.

        Raises:
            Undelivered: it did not answer.
        """
        async with self._session() as session:
            return await self._send(session, endpoint, self._event(event_type, "ftjob-sample"))

    def require_allowed(self, url: str) -> None:
        """Look at an address before it is registered, and again before it is called.

        Raises:
            NotPublic: it is written as an address to which nothing is sent.
        """
        if not self._goes_anywhere:
            require_public(URL(url).host or "")

    async def run(self) -> None:
        """Deliver until cancelled."""
        async with self._session() as session:
            while True:
                self._is_due.clear()
                is_any_left = True
                try:
                    await asyncio.gather(*(self._attempt(session, delivery) for delivery in self._due()))
                    is_any_left = bool(self._store.find(Query("delivery", limit=1)))
                except StoreUnavailable:
                    logger.exception("store_unavailable")
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._is_due.wait(), _POLL_SECONDS if is_any_left else None)

    def _due(self) -> list[Document]:
        now = self._store.now()
        return [delivery for delivery in self._store.find(Query("delivery")) if delivery["due_at"] <= now]

    async def _attempt(self, session: aiohttp.ClientSession, delivery: Document) -> None:
        endpoint = self._endpoint(delivery)
        try:
            status = await self._send(session, endpoint, delivery["event"]) if endpoint else None
        except Undelivered as error:
            logger.warning("webhook_undelivered", extra={"delivery_id": delivery["id"], "reason": str(error)})
            status = 0
        age_seconds = self._store.now() - delivery["event"]["created_at"]
        if status is None or status in _TWO_HUNDREDS or age_seconds >= _GIVE_UP_SECONDS:
            self._store.delete("delivery", delivery["id"])
            return
        n_attempts = delivery["n_attempts"] + 1
        pause = min(_FIRST_RETRY_SECONDS * 2 ** (n_attempts - 1), _LONGEST_RETRY_SECONDS)
        due_at = self._store.now() + pause
        self._store.change("delivery", delivery["id"], n_attempts=n_attempts, due_at=due_at)

    def _endpoint(self, delivery: Document) -> Document | None:
        parent_id = self._store.parent_of("delivery", delivery["id"])
        return self._store.get("webhook", parent_id) if parent_id else None

    async def _send(self, session: aiohttp.ClientSession, endpoint: Document, event: Document) -> int:
        body, sent_at = json.dumps(event), self._store.now()
        keys = [endpoint["signing_secret"]]
        if endpoint["old_secret_until"] > sent_at:
            keys.append(endpoint["old_secret"])
        headers = {
            "content-type": "application/json",
            "webhook-id": event["id"],
            "webhook-timestamp": str(sent_at),
            "webhook-signature": " ".join(signature(key, event["id"], sent_at, body) for key in keys),
        }
        try:
            self.require_allowed(endpoint["url"])
        except NotPublic as error:
            raise Undelivered(str(error)) from error
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_SECONDS)
        # A redirect is not followed: it could lead to a host that nobody registered.
        sending = session.post(endpoint["url"], data=body, headers=headers, timeout=timeout, allow_redirects=False)
        try:
            async with sending as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise Undelivered(str(error) or type(error).__name__) from error

    def _session(self) -> aiohttp.ClientSession:
        resolver = None if self._goes_anywhere else PublicResolver()
        # Nothing is remembered of a name: each call judges the address that it goes to.
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False))

    def _event(self, event_type: str, job_id: str) -> Document:
        return {
            "id": self._store.new_id("evt", "_"),
            "object": "event",
            "created_at": self._store.now(),
            "type": event_type,
            "data": {"id": job_id},
        }


def signature(secret: str, webhook_id: str, timestamp: int, body: str) -> str:
    """One signature of a webhook, ``v1,`` and base64; the secret is base64 behind ``whsec_``."""
    key = b64decode(secret.removeprefix("whsec_"))
    digest = hmac.digest(key, f"{webhook_id}.{timestamp}.{body}".encode(), "sha256")
    return f"v1,{b64encode(digest).decode()}"
