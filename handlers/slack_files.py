"""Fetching what was shared in Slack, without ever sending our token to a host that isn't Slack's.

Any app in a workspace can announce a remote file whose address it chose; a bot that downloads it with its token
gives the token away (https://github.com/metabase/metabase/pull/82320 and others). So: https only, exactly the
named hosts, no port or user name in the address, only files that Slack hosts, and no redirects. Where the scope
files:read is missing Slack answers 200 with its HTML sign-in page, which must not pass for a file.
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
from tuning.errors import FileTooLarge, FileUnavailable

logger = logging.getLogger(__name__)

_CHUNK_BYTES = 256 * 1024
_HOSTED = frozenset({"hosted", "snippet"})
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_GONE_MODES = frozenset({"tombstone", "hidden_by_limit"})
_GONE = frozenset({"file_deleted", "file_not_found"})


@dataclass(frozen=True, slots=True)
class SlackFiles:
    """Streams the bytes of a shared file; the `Source` that datasets are read from."""

    client: AsyncWebClient
    session: aiohttp.ClientSession
    hosts: Collection[str]
    """Host names, or `127.0.0.1:PORT` for a workspace on this machine."""
    max_bytes: int

    async def read(self, file_reference: JSON) -> AsyncIterator[bytes]:
        """The bytes of `{"id": "F…", "name": "marv.jsonl", "channel_id": "C…"}`.

        Raises:
            FileUnavailable: deleted, not hosted by Slack, not shared in that channel, or not readable by us.
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
            is_gone = refusal(error) in _GONE
            raise FileUnavailable("gone" if is_gone else "refused", name) from error
        file: Mapping[str, Any] = answer["file"]
        return file

    def _must_be_ours_to_read(self, file: Mapping[str, Any], channel_id: str, name: str) -> None:
        if file.get("mode") in _GONE_MODES:
            raise FileUnavailable("gone", name)
        if file.get("mode") not in _HOSTED or file.get("is_external"):
            raise FileUnavailable("external", name)
        if channel_id not in shared_in(file):
            raise FileUnavailable("elsewhere", name)
        if int(file.get("size") or 0) > self.max_bytes:
            raise FileTooLarge(name, self.max_bytes)

    async def _download(self, url: URL, name: str) -> AsyncIterator[bytes]:
        bearer = {"Authorization": f"Bearer {self.client.token}"}
        try:
            async with self.session.get(url, headers=bearer, allow_redirects=False) as response:
                _must_be_the_file(response, name)
                async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
                    yield chunk
        except (aiohttp.ClientError, TimeoutError) as error:
            raise FileUnavailable("unreadable", name) from error


def _must_be_the_file(response: aiohttp.ClientResponse, name: str) -> None:
    if response.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        raise FileUnavailable("gone", name)
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
