"""`/finetune`, and every button that does what one of its subcommands does."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from handlers.asker import Answer, Asker
from handlers.blocks.kit import Content
from handlers.envelopes import place_of_interaction, tenant_of_interaction, user_of_interaction
from handlers.people import People
from handlers.private_answers import PrivateAnswers
from handlers.requests import read_request
from handlers.starting import StartHandlers
from handlers.subcommands import Subcommands
from storage.rows import JSON

COMMAND = "/finetune"

_ACKNOWLEDGED_WITHIN_SECONDS = 2.0
"""Slack waits for three (https://docs.slack.dev/interactivity/handling-user-interaction, read 2026-11)."""


@dataclass(frozen=True, slots=True)
class CommandHandlers:
    """Answers are for the one who asked alone; what concerns the team appears in the job's thread."""

    people: People
    subcommands: Subcommands
    starting: StartHandlers

    def register(self, interactions: AsyncApp) -> None:
        interactions.command(COMMAND)(self.typed)
        interactions.action("jobs.cancel")(self.cancelled)
        for action_id, answer in self.subcommands.pressed.items():
            interactions.action(action_id)(_pressed(self.people, answer))
        for action_id, answer in self.subcommands.decided.items():
            interactions.action(action_id)(_pressed(self.people, answer, replaces_original=True))

    async def typed(self, ack: AsyncAck, command: JSON, respond: AsyncRespond, client: AsyncWebClient) -> None:
        """What must survive is written before it is acknowledged: nothing that takes long may happen until then."""
        request = read_request(command.get("text") or "")
        is_written_first = request.name == "cancel" and await self._knows(command)
        if not is_written_first:
            await ack()
        if request.name == "start":
            await self.starting.typed(command, request.argument)
            return
        asker = await asker_of(self.people, command)
        answer = self.subcommands.answer(asker, request)
        content = await (_written_first(answer, ack) if is_written_first else answer)
        await PrivateAnswers.to(command, respond, client).show(content)

    async def cancelled(
        self, ack: AsyncAck, body: JSON, action: JSON, respond: AsyncRespond, client: AsyncWebClient
    ) -> None:
        """The wish is stored before the click is acknowledged; the follower sees to it."""
        is_written_first = await self._knows(body)
        if not is_written_first:
            await ack()
        asker = await asker_of(self.people, body)
        answer = self.subcommands.typed["cancel"](asker, action["value"])
        content = await (_written_first(answer, ack) if is_written_first else answer)
        await PrivateAnswers.to(body, respond, client).show(content)

    async def _knows(self, body: JSON) -> bool:
        """Whether the wish can be stored at once; for somebody new, Slack must be asked who they are."""
        return await self.people.knows(tenant_of_interaction(body), user_of_interaction(body))


async def _written_first(answer: Awaitable[Content], ack: AsyncAck) -> Content:
    """The answer, acknowledged once it is there.

    Who may see a job can depend on its channel, about which Slack may have to be asked: where that takes long, it is
    acknowledged all the same, for Slack would call the command failed while it is still being done.
    """
    written = asyncio.ensure_future(answer)
    await asyncio.wait([written], timeout=_ACKNOWLEDGED_WITHIN_SECONDS)
    if not written.done() or written.exception() is None:
        await ack()
    return await written


def _pressed(people: People, answer: Answer, *, replaces_original: bool = False) -> Callable[..., Awaitable[None]]:
    """The listener of a button whose value is the argument of a subcommand."""

    async def listener(ack: AsyncAck, body: JSON, action: JSON, respond: AsyncRespond, client: AsyncWebClient) -> None:
        await ack()
        asker = await asker_of(people, body)
        content = await answer(asker, action.get("value") or "")
        await PrivateAnswers.to(body, respond, client, replaces_original=replaces_original).show(content)

    return listener


async def asker_of(people: People, body: JSON) -> Asker:
    """Who made a command or click, as Slack itself signs it; never what a button carries."""
    tenant = tenant_of_interaction(body)
    user_id = user_of_interaction(body)
    place = place_of_interaction(body)
    viewer = await people.viewer(tenant, user_id, place.channel_id)
    return Asker(viewer, await people.voice(tenant, user_id), place)
