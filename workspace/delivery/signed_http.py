"""Signed HTTP: payloads POSTed to the app's request URLs, as docs.slack.dev/authentication/verifying-requests says."""

import hashlib
import hmac
import json
from http import HTTPStatus
from urllib.parse import urlencode

import aiohttp

from workspace.delivery.envelopes import Envelope, NotAcknowledged
from workspace.ids import Ids
from workspace.records import App, JsonObject

_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"


def signature(signing_secret: str, timestamp: str, body: bytes) -> str:
    """Return X-Slack-Signature: HMAC-SHA256 of `v0:timestamp:body` under the signing secret."""
    digest = hmac.new(signing_secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256)
    return "v0=" + digest.hexdigest()


class SignedHttp:
    """The HTTP side of a workspace; a `Transport`. A URL must answer its challenge before it receives anything."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._session: aiohttp.ClientSession | None = None
        self._verified: set[tuple[str, str]] = set()

    async def send(self, app: App, envelope: Envelope) -> JsonObject:
        """POST an envelope to the URL that the manifest names for it."""
        url = _url(app, envelope)
        if url is None:
            raise NotAcknowledged("connection_failed")
        if envelope.type == "events_api":
            await self._verify(app, url)
            return await self._post(app, url, _JSON, json.dumps(envelope.payload), _retry_headers(envelope))
        form = envelope.payload if envelope.type == "slash_commands" else {"payload": json.dumps(envelope.payload)}
        return await self._post(app, url, _FORM, urlencode(form), {})

    async def aclose(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()

    async def _verify(self, app: App, url: str) -> None:
        """Send url_verification once a URL (docs.slack.dev/reference/events/url_verification)."""
        if (app.id, url) in self._verified:
            return
        challenge = self._ids.secret(50)
        question = {"token": app.verification_token, "challenge": challenge, "type": "url_verification"}
        answer = await self._post(app, url, _JSON, json.dumps(question), {})
        if challenge not in {answer.get("challenge"), answer.get("text")}:
            raise NotAcknowledged("url_verification_failed")
        self._verified.add((app.id, url))

    async def _post(self, app: App, url: str, content_type: str, text: str, extra: dict[str, str]) -> JsonObject:
        body = text.encode()
        timestamp = str(int(self._ids.clock()))
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(app.signing_secret, timestamp, body),
            **extra,
        }
        if self._session is None:
            self._session = aiohttp.ClientSession()
        try:
            async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as response:
                answer = await response.text()
        except aiohttp.ClientError as error:
            raise NotAcknowledged("connection_failed") from error
        if response.status != HTTPStatus.OK:
            is_final = response.headers.get("X-Slack-No-Retry") == "1"
            raise NotAcknowledged("http_error", is_final=is_final)
        return _answer(answer)


def _url(app: App, envelope: Envelope) -> str | None:
    if envelope.type == "events_api":
        return app.events_url
    if envelope.type == "slash_commands":
        return app.commands[envelope.payload["command"]].url or app.interactivity_url
    return app.interactivity_url


def _retry_headers(envelope: Envelope) -> dict[str, str]:
    if envelope.retry_attempt == 0:
        return {}
    return {"X-Slack-Retry-Num": str(envelope.retry_attempt), "X-Slack-Retry-Reason": envelope.retry_reason}


def _answer(text: str) -> JsonObject:
    """Read the body of an acknowledgement: JSON, or plain text that a command shows as it is."""
    try:
        answer = json.loads(text)
    except ValueError:
        return {"text": text} if text.strip() else {}
    return answer if isinstance(answer, dict) else {"text": text}
