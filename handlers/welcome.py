"""What the buttons of the first words do: the guide, the language, and the example."""

from dataclasses import dataclass

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks.greeting import greeting
from handlers.commands import asker_of
from handlers.envelopes import tenant_of_interaction
from handlers.home import HomeHandlers
from handlers.people import People
from handlers.private_answers import PrivateAnswers
from storage.rows import JSON
from tuning.texts import language_of


@dataclass(frozen=True, slots=True)
class WelcomeHandlers:
    people: People
    homes: HomeHandlers

    def register(self, interactions: AsyncApp) -> None:
        interactions.action("welcome.language")(self.language_chosen)

    async def language_chosen(
        self, ack: AsyncAck, body: JSON, action: JSON, respond: AsyncRespond, client: AsyncWebClient
    ) -> None:
        """From now on this person reads the other language, which they see at once where they pressed.

        What others read too stays as it is: whoever pressed there gets the first words for themselves.
        """
        tenant, user_id = tenant_of_interaction(body), str(body["user"]["id"])
        await self.people.choose_language(tenant, user_id, language_of(str(action.get("value") or "")))
        await ack()
        if body.get("view"):
            await self.homes.publish(tenant, user_id)
            return
        asker = await asker_of(self.people, body)
        is_ephemeral = bool((body.get("container") or {}).get("is_ephemeral"))
        is_theirs = is_ephemeral or asker.place.channel_id.startswith("D")
        answers = PrivateAnswers.to(body, respond, client, replaces_original=is_theirs)
        await answers.show(greeting(asker.voice))
