"""A person at the local workspace, over HTTP: what the tour types, drops and presses, and what it sees."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import aiohttp

Found = TypeVar("Found")
Message = dict[str, Any]


class WorkspaceRefused(Exception):
    """The workspace refused what the person tried; `str()` is its reason."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Something this person saw happen: `message_posted`, `message_changed`, `view_opened` and so on."""

    kind: str
    channel_id: str
    details: dict[str, Any]

    @property
    def message(self) -> Message:
        """The message that was posted or changed; empty for other sights."""
        return self.details.get("message") or {}


@dataclass(slots=True)
class Memory:
    """All that was seen so far, in order, and a bell for whoever waits for more."""

    sights: list[Sight] = field(default_factory=list)
    more: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def add(self, sight: Sight) -> None:
        async with self.more:
            self.sights.append(sight)
            self.more.notify_all()

    async def first(self, found: Callable[[Sight], Found | None], since: int = 0) -> Found:
        """What `found` makes of the first sight, from number `since` on, of which it makes anything."""
        number = since
        while True:
            while number < len(self.sights):
                if (result := found(self.sights[number])) is not None:
                    return result
                number += 1
            async with self.more:
                if number == len(self.sights):
                    await self.more.wait()


class Person:
    """Acts under one name; remembers what they saw since they sat down."""

    def __init__(self, session: aiohttp.ClientSession, url: str, name: str) -> None:
        self._session = session
        self._address = f"{url}/person/{name}"
        self.memory = Memory()

    @property
    def now(self) -> int:
        """The number of the next sight, for waiting only for what comes after an act."""
        return len(self.memory.sights)

    async def channel(self, name: str) -> str:
        """The id of the channel with this name."""
        channels = (await self._read("channels"))["channels"]
        return str(next(channel["id"] for channel in channels if channel.get("name") == name))

    async def app_user(self) -> str:
        """The user id of the workspace's app."""
        return str((await self._read(""))["apps"][0]["bot_user_id"])

    async def names(self) -> dict[str, str]:
        """What the people of the workspace are called, by user id."""
        return {str(user["id"]): str(user["name"]) for user in (await self._read(""))["users"]}

    async def act(self, act: str, **arguments: object) -> dict[str, Any]:
        """Do something: `post`, `command`, `click`, `submit_view`, `invite` and so on.

        Raises:
            WorkspaceRefused: the workspace, or the app behind it, would not.
        """
        async with self._session.post(f"{self._address}/{act}", json=arguments) as response:
            return _checked(await response.json())

    async def drop(self, channel_id: str, file_name: str, content: bytes, text: str) -> Message:
        """Drop a file into a channel, with a text beside it, and return the message it became."""
        form = aiohttp.FormData({"channel_id": channel_id, "text": text})
        form.add_field("file", content, filename=file_name)
        async with self._session.post(f"{self._address}/files", data=form) as response:
            message: Message = _checked(await response.json())["message"]
            return message

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Remember everything that happens, for the length of the block."""
        async with self._session.get(
            f"{self._address}/changes", params={"after": "0"}, timeout=aiohttp.ClientTimeout(total=None)
        ) as stream:
            watching = asyncio.create_task(self._remember(stream))
            try:
                yield
            finally:
                watching.cancel()
                await asyncio.gather(watching, return_exceptions=True)

    async def _remember(self, stream: aiohttp.ClientResponse) -> None:
        kind = ""
        async for raw in stream.content:
            name, _, value = raw.decode().rstrip("\n").partition(": ")
            if name == "event":
                kind = value
            elif name == "data":
                data = json.loads(value)
                await self.memory.add(Sight(kind, str(data.get("channel") or ""), data))

    async def _read(self, what: str) -> dict[str, Any]:
        async with self._session.get(f"{self._address}/{what}".rstrip("/")) as response:
            return _checked(await response.json())


def _checked(answer: dict[str, Any]) -> dict[str, Any]:
    if not answer.get("ok"):
        raise WorkspaceRefused(str(answer.get("error")))
    return answer
