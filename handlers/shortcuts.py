"""The message shortcut 'Check this file': files are checked on demand, by whoever may read the message."""

from dataclasses import dataclass
from typing import Final

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks.kit import Content, section
from handlers.channels import Channels
from handlers.commands import asker_of
from handlers.datasets import DatasetHandlers
from handlers.people import People
from handlers.permalinks import thread_link
from handlers.private_answers import PrivateAnswers
from handlers.welcome_commands import how_to_let_us_in
from storage.rows import JSON

CHECK_THIS_FILE: Final = "datasets.check"


@dataclass(frozen=True, slots=True)
class ShortcutHandlers:
    people: People
    channels: Channels
    datasets: DatasetHandlers
    bot_user_id: str

    def register(self, interactions: AsyncApp) -> None:
        interactions.message_shortcut(CHECK_THIS_FILE)(self.check)

    async def check(self, ack: AsyncAck, body: JSON, respond: AsyncRespond, client: AsyncWebClient) -> None:
        """Check every file of the message, whatever it is called; the dataset is of whoever asks for it.

        Raises:
            NotAMember: this person may start nothing.
        """
        await ack()
        asker = await asker_of(self.people, body)
        answers = PrivateAnswers.to(body, respond, client)
        message = body["message"]
        if not message.get("files"):
            await answers.show(asker.told("shortcut.no_file"))
        elif not await self.channels.reaches_us(asker.place.channel_id):
            told = how_to_let_us_in(asker, self.bot_user_id)
            await answers.show(Content(told, (section(told),)))
        else:
            event = {**message, "channel": asker.place.channel_id, "user": asker.actor.user_id}
            await self.datasets.shared(asker.tenant, event, is_addressed=True, wish_ts=str(body["action_ts"]))
            link = await thread_link(client, asker.place)
            await answers.show(asker.told("shortcut.checking", n=len(message["files"]), link=link))
