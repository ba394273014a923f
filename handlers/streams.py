"""One message of an answer while it grows: Slack's own stream where it may be had, else a post that is edited.

Streams are rationed (`chat.startStream` is tier 2, about 20 a minute) and some workspaces have none at all.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks.kit import FALLBACK_CHARACTERS
from handlers.mrkdwn import clip
from handlers.pacing import Pacer
from handlers.refusals import refusal
from storage.rows import Place

logger = logging.getLogger(__name__)

_TOO_MANY = "ratelimited"
_NO_STREAMS = frozenset({"unknown_method", "method_not_supported_for_channel_type", "channel_type_not_supported"})


class OpenMessage(Protocol):
    """One message of an answer, open until it is finished."""

    ts: str

    def may_append(self) -> bool: ...

    async def append(self, text: str) -> None: ...

    async def finish(self, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom an answer is for, and where."""

    team_id: str
    user_id: str
    place: Place


@dataclass(slots=True)
class Streams:
    """Opens streams, and remembers which workspaces have none."""

    client: AsyncWebClient
    pacer: Pacer
    sleep: Callable[[float], Awaitable[None]]
    _teams_without: set[str] = field(default_factory=set)

    async def open(self, reader: Reader, text: str) -> OpenMessage:
        """A message that already shows `text` and can grow."""
        team_id, place = reader.team_id, reader.place
        is_free = self.pacer.wait_seconds(team_id, "chat.startStream", place.channel_id) <= 0
        if is_free and team_id not in self._teams_without:
            try:
                return await _StreamedMessage.start(self, reader, text)
            except SlackApiError as error:
                self._remember_refusal(team_id, error)
        return await _EditedMessage.start(self, reader, text)

    def _remember_refusal(self, team_id: str, error: SlackApiError) -> None:
        name = refusal(error)
        if name in _NO_STREAMS:
            self._teams_without.add(team_id)
        elif name != _TOO_MANY:
            raise error
        logger.info("stream_not_available", extra={"team_id": team_id, "error": name})

    async def turn(self, team_id: str, method: str, target: str) -> None:
        """Wait for one's turn to call a method."""
        while (wait_seconds := self.pacer.wait_seconds(team_id, method, target)) > 0:
            await self.sleep(wait_seconds)
        self.pacer.take(team_id, method, target)


@dataclass(slots=True)
class _StreamedMessage:
    streams: Streams
    reader: Reader
    ts: str

    @classmethod
    async def start(cls, streams: Streams, reader: Reader, text: str) -> "_StreamedMessage":
        streams.pacer.take(reader.team_id, "chat.startStream", reader.place.channel_id)
        answer = await streams.client.chat_startStream(
            channel=reader.place.channel_id,
            thread_ts=reader.place.thread_ts,
            recipient_team_id=reader.team_id,
            recipient_user_id=reader.user_id,
            markdown_text=text,
        )
        return cls(streams, reader, str(answer["ts"]))

    def may_append(self) -> bool:
        return self.streams.pacer.wait_seconds(self.reader.team_id, "chat.appendStream", self.ts) <= 0

    async def append(self, text: str) -> None:
        self.streams.pacer.take(self.reader.team_id, "chat.appendStream", self.ts)
        await self.streams.client.chat_appendStream(
            channel=self.reader.place.channel_id, ts=self.ts, markdown_text=text
        )

    async def finish(self, text: str) -> None:
        await self.streams.turn(self.reader.team_id, "chat.stopStream", self.reader.place.channel_id)
        await self.streams.client.chat_stopStream(
            channel=self.reader.place.channel_id, ts=self.ts, markdown_text=text or None
        )


@dataclass(slots=True)
class _EditedMessage:
    streams: Streams
    reader: Reader
    ts: str
    shown: str

    @classmethod
    async def start(cls, streams: Streams, reader: Reader, text: str) -> "_EditedMessage":
        await streams.turn(reader.team_id, "chat.postMessage", reader.place.channel_id)
        answer = await streams.client.chat_postMessage(
            channel=reader.place.channel_id,
            thread_ts=reader.place.thread_ts,
            unfurl_links=False,
            unfurl_media=False,
            text=clip(text, FALLBACK_CHARACTERS),
            blocks=[{"type": "markdown", "text": text}],
        )
        return cls(streams, reader, str(answer["ts"]), text)

    def may_append(self) -> bool:
        return self.streams.pacer.wait_seconds(self.reader.team_id, "chat.update", self.ts) <= 0

    async def append(self, text: str) -> None:
        self.shown += text
        await self.streams.turn(self.reader.team_id, "chat.update", self.ts)
        await self.streams.client.chat_update(
            channel=self.reader.place.channel_id,
            ts=self.ts,
            text=clip(self.shown, FALLBACK_CHARACTERS),
            blocks=[{"type": "markdown", "text": self.shown}],
        )

    async def finish(self, text: str) -> None:
        if text:
            await self.append(text)
