"""Writes a model's answer into a thread while the model is still speaking.

Slack closes a stream about five minutes after its start, even an active one
(https://github.com/slackapi/python-slack-sdk/issues/1859), so an answer may go on in a second stream, and in further
messages where one is full.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError

from handlers.mrkdwn import Neutraliser
from handlers.refusals import refusal
from handlers.splitting import MESSAGE_CHARACTERS, open_fence
from handlers.streams import OpenMessage, Reader, Streams

_ENDED = frozenset({"message_not_in_streaming_state", "streaming_mode_mismatch"})
_STOPPED = "stopped_by_user"


@dataclass(slots=True)
class AnswerWriter:
    """Takes a model's words as they come and keeps the thread up to date with them."""

    streams: Streams
    reader: Reader
    first_ts: str = ""
    """Of the answer's first message, once there is one."""
    is_stopped: bool = False
    """Whether the reader pressed Stop."""
    _message: OpenMessage | None = None
    _shown: str = ""
    _waiting: str = ""

    async def write(self, pieces: AsyncIterator[str]) -> None:
        """Show the whole answer; if the model fails in the middle, what it said until then stays."""
        neutraliser = Neutraliser()
        try:
            async for piece in pieces:
                await self._take(neutraliser.feed(piece))
                if self.is_stopped:
                    break
        finally:
            self._waiting += neutraliser.close()
            await self._finish()

    async def _take(self, text: str) -> None:
        self._waiting += text
        while len(self._shown) + len(self._waiting) > MESSAGE_CHARACTERS:
            await self._turn_page()
        if self._waiting.strip() and (self._message is None or self._message.may_append()):
            await self._show(self._waiting)
            self._waiting = ""

    async def _turn_page(self) -> None:
        """The message is full: finish it at the end of a line, and go on in a new one."""
        room = MESSAGE_CHARACTERS - len(self._shown)
        at = self._waiting.rfind("\n", 0, room) + 1 or (0 if self._shown.endswith("\n") else room)
        head, self._waiting = self._waiting[:at], self._waiting[at:]
        fence = open_fence(self._shown + head)
        await self._close(f"{head}\n{fence.strip()[:3]}" if fence else head)
        self._waiting = fence + self._waiting

    async def _finish(self) -> None:
        rest, self._waiting = self._waiting, ""
        if self._message is not None or rest.strip():
            await self._close(rest)

    async def _close(self, text: str) -> None:
        if self._message is None:
            await self._show(text)
            text = ""
        try:
            if self._message is not None:
                await self._message.finish(text)
        except SlackApiError as error:
            await self._went_away(error, text)
            if self._message is not None:
                await self._message.finish("")
        self._message, self._shown = None, ""

    async def _show(self, text: str) -> None:
        if self._message is None:
            self._message = await self.streams.open(self.reader, text)
            self.first_ts = self.first_ts or self._message.ts
        else:
            try:
                await self._message.append(text)
            except SlackApiError as error:
                await self._went_away(error, text)
        self._shown += text

    async def _went_away(self, error: SlackApiError, text: str) -> None:
        """A stream that Slack closed goes on in a new one; one that its reader stopped ends."""
        name = refusal(error)
        self._message, self._shown = None, ""
        if name == _STOPPED:
            self.is_stopped = True
        elif name not in _ENDED:
            raise error
        elif text.strip():
            self._message = await self.streams.open(self.reader, text)
