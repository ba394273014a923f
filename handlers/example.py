"""Trying the bot with one of our datasets, which becomes one of whoever tries it, by the way that any file goes."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks.example import TRIED, already_there, example_of, example_root, put_elsewhere
from handlers.commands import asker_of
from handlers.datasets import Shared
from handlers.packaged_files import packaged_id
from handlers.patience import A_WHILE, patiently
from handlers.people import People
from handlers.permalinks import thread_link
from handlers.private_answers import PrivateAnswers
from handlers.refusals import refusal
from storage.rows import JSON, Dataset, Place
from tuning.access import Viewer, require_member
from tuning.datasets.intake import Datasets
from tuning.durable_work import StartDurable

EXAMPLE: Final = "try_example"
"""The durable workflow: its steps are `open` here, then `receive` and `report` of every dataset."""
_NOT_THERE = frozenset({"not_in_channel", "channel_not_found", "is_archived"})


@dataclass(frozen=True, slots=True)
class ExampleHandlers:
    client: AsyncWebClient
    people: People
    datasets: Datasets
    start_durable: StartDurable
    pause: Callable[[float], Awaitable[None]]

    def register(self, interactions: AsyncApp) -> None:
        interactions.action(re.compile(rf"^{re.escape(TRIED)}(\..+)?$"))(self.pressed)

    async def pressed(
        self, ack: AsyncAck, body: JSON, action: JSON, respond: AsyncRespond, client: AsyncWebClient
    ) -> None:
        """Take the example in, in the channel whose message was pressed, else in the direct message with us.

        Raises:
            NotAMember: this person may start nothing.
        """
        await ack()
        asker = await asker_of(self.people, body)
        require_member(asker.actor)
        is_private = bool((body.get("container") or {}).get("is_ephemeral"))
        is_open = not (body.get("view") or is_private)
        channel_id = asker.place.channel_id if is_open else ""
        file_name = example_of(str(action["action_id"]))
        if known := await self._known(asker.viewer, channel_id, file_name):
            link = await thread_link(self.client, known.place)
            content = already_there(asker.voice, known, link)
            await PrivateAnswers.to(body, respond, client).show(content)
            return
        user_id = asker.actor.user_id
        shared = Shared(asker.tenant, Place(channel_id), user_id, packaged_id(file_name, user_id), file_name)
        if is_private:
            # Only this click can be answered where it was made, so its link must be known before the workflow runs.
            shared = replace(shared, place=await self._posted(shared, ""))
        await self.start_durable(EXAMPLE, f"example:{user_id}:{action['action_ts']}", shared.to_json())
        if is_private and shared.place.channel_id != asker.place.channel_id:
            content = put_elsewhere(asker.voice, await thread_link(self.client, shared.place))
            await PrivateAnswers.to(body, respond, client).show(content)

    async def open(self, shared_json: JSON) -> JSON:
        """The workflow's first step: the message in whose thread the report will stand. A crash in here posts it twice.

        Returns `shared_json` with that place, which a private answer has already.
        """
        shared = Shared.from_json(shared_json)
        if shared.place.thread_ts:
            return shared_json
        place = await patiently(lambda: self._posted(shared, shared.place.channel_id), A_WHILE, self.pause)
        return replace(shared, place=place).to_json()

    async def _posted(self, shared: Shared, channel_id: str) -> Place:
        """Post it to the channel, or to the person where we may not or where there is none."""
        voice = await self.people.voice_in(shared.tenant, channel_id or "D", shared.owner_id)
        content = example_root(voice, shared.owner_id, shared.file_name)
        try:
            posted = await self.client.chat_postMessage(channel=channel_id or shared.owner_id, **content.payload())
        except SlackApiError as error:
            if not channel_id or refusal(error) not in _NOT_THERE:
                raise
            return await self._posted(shared, "")
        return Place(str(posted["channel"]), str(posted["ts"]))

    async def _known(self, viewer: Viewer, channel_id: str, file_name: str) -> Dataset | None:
        """The example that this person has in that channel already, or in the direct message with us."""
        example = packaged_id(file_name, viewer.actor.user_id)
        mine = [one for one in await self.datasets.recent(viewer) if one.slack_file_id == example]
        return next((one for one in mine if _is_there(one, channel_id)), None)


def _is_there(dataset: Dataset, channel_id: str) -> bool:
    place_id = dataset.place.channel_id
    return place_id == channel_id or (not channel_id and place_id.startswith("D"))
