"""Fetching what was shared in Slack, without ever sending our token to a host that isn't Slack's.

Any app in a workspace can announce a remote file whose address it chose; a bot that downloads it with its token
gives the token away (https://github.com/metabase/metabase/pull/82320 and others). So: https only, exactly the
named hosts, no port or user name in the address, only files that Slack hosts, and no redirects. Where the scope
files:read is missing Slack answers 200 with its HTML sign-in page, which must not pass for a file.

Slack may be slow, or not know yet where a file that was just uploaded is shared: such faults are told apart from those
that stay, for the caller to try again.
"""

import logging
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from handlers.refusals import refusal
from storage.rows import JSON
from tuning.errors import FileNotYet, FileTooLarge, FileUnavailable

logger = logging.getLogger(__name__)

_CHUNK_BYTES = 256 * 1024
_HOSTED = frozenset({"hosted", "snippet"})
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_GONE_MODES = frozenset({"tombstone", "hidden_by_limit"})
_FOREIGN = frozenset({"file_not_found", "not_visible"})
"""What Slack answers for a file of another team: it doesn't say that there is one."""
_PASSING = frozenset(
    {"", "fatal_error", "internal_error", "rate_limited", "ratelimited", "request_timeout", "service_unavailable"}
)
_CONNECT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class SlackFiles:
    """Streams the bytes of a shared file; the `Source` that datasets are read from."""

    client: AsyncWebClient
    session: aiohttp.ClientSession
    hosts: Collection[str]
    """Host names, or `127.0.0.1:PORT` for a workspace on this machine."""
    max_bytes: int
    silence_seconds: float = 30
    """How long a download may stand still; a big file may take as long as it takes."""

    async def read(self, file_reference: JSON) -> AsyncIterator[bytes]:
        """The bytes of `{"id": "F…", "name": "marv.jsonl", "channel_id": "C…"}`.

        Raises:
            FileUnavailable: deleted, not hosted by Slack, not shared in that channel, or not readable by us.
            FileNotYet: Slack didn't answer, or says that it is shared nowhere, as for a moment after an upload.
            FileTooLarge: more than `max_bytes`.
        """
        name = str(file_reference["name"])
        file = await self._described(str(file_reference["id"]), name)
        self._must_be_ours_to_read(file, str(file_reference["channel_id"]), name)
        url = trusted(str(file.get("url_private_download") or file.get("url_private") or ""), self.hosts)
        if url is None:
            logger.warning("file_host_refused", extra={"file_id": file.get("id")})
            raise FileUnavailable("external", name)
        async for chunk in self._download(url, name):
            yield chunk

    async def _described(self, file_id: str, name: str) -> Mapping[str, Any]:
        try:
            answer = await self.client.files_info(file=file_id)
        except SlackApiError as error:
            raise _unavailable(refusal(error), name) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise FileNotYet("unanswered", name) from error
        file: Mapping[str, Any] = answer["file"]
        return file

    def _must_be_ours_to_read(self, file: Mapping[str, Any], channel_id: str, name: str) -> None:
        if file.get("mode") in _GONE_MODES:
            raise FileUnavailable("gone", name)
        if file.get("mode") not in _HOSTED or file.get("is_external"):
            raise FileUnavailable("external", name)
        if channel_id not in (shares := shared_in(file)):
            raise FileUnavailable("elsewhere", name) if shares else FileNotYet("elsewhere", name)
        if int(file.get("size") or 0) > self.max_bytes:
            raise FileTooLarge(name, self.max_bytes)

    async def _download(self, url: URL, name: str) -> AsyncIterator[bytes]:
        bearer = {"Authorization": f"Bearer {self.client.token}"}
        patience = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS, sock_read=self.silence_seconds)
        try:
            async with self.session.get(url, headers=bearer, allow_redirects=False, timeout=patience) as response:
                _must_be_the_file(response, name)
                async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
                    yield chunk
        except (aiohttp.ClientError, TimeoutError) as error:
            raise FileNotYet("unanswered", name) from error


def _unavailable(refused: str, name: str) -> FileUnavailable:
    if refused in _PASSING:
        return FileNotYet("unanswered", name)
    if refused in _FOREIGN:
        return FileUnavailable("foreign", name)
    return FileUnavailable("gone" if refused == "file_deleted" else "refused", name)


def _must_be_the_file(response: aiohttp.ClientResponse, name: str) -> None:
    if response.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        raise FileUnavailable("gone", name)
    if response.status == HTTPStatus.TOO_MANY_REQUESTS or response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise FileNotYet("unanswered", name)
    if response.status != HTTPStatus.OK:
        raise FileUnavailable("refused", name)
    if response.content_type == "text/html":
        raise FileUnavailable("unreadable", name)


def trusted(address: str, hosts: Collection[str]) -> URL | None:
    """The address if our token may be sent there: one of the hosts, spelled exactly, by https or on this machine.

    It is read by the same parser that will open it, so that the two can't disagree about its host.
    """
    try:
        url = URL(address)
    except ValueError:
        return None
    is_private = url.scheme == "https" or (url.scheme == "http" and url.host in _LOOPBACK)
    is_named = url.host_port_subcomponent in hosts and url.user is None and url.password is None
    return url if is_private and is_named else None


def shared_in(file: Mapping[str, Any]) -> set[str]:
    """The channels and direct messages in which a file was shared."""
    shares = file.get("shares") or {}
    listed = [channel for kind in ("channels", "groups", "ims") for channel in file.get(kind) or ()]
    return {*listed, *(shares.get("public") or ()), *(shares.get("private") or ())}
