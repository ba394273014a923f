"""The App Home, and the first words when the bot joins a channel."""

from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks.greeting import closed_home, greeting, home
from handlers.envelopes import tenant_of_event
from handlers.outbox import Outbox
from handlers.people import People
from storage.rows import Place
from tuning.jobs.jobs import Jobs
from tuning.models import Models


@dataclass(frozen=True, slots=True)
class HomeHandlers:
    client: AsyncWebClient
    people: People
    outbox: Outbox
    jobs: Jobs
    models: Models

    def register(self, events: AsyncApp) -> None:
        events.event("app_home_opened")(self.opened)
        events.event("member_joined_channel")(self.joined)

    async def opened(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        """Show the Home tab as it is now; the first look at the Messages tab is greeted once."""
        tenant, user_id = tenant_of_event(body), str(event["user"])
        voice, viewer = await self.people.voice(tenant, user_id), await self.people.viewer(tenant, user_id, "")
        if event.get("tab") == "messages":
            place = Place(str(event["channel"]))
            await self.outbox.put(tenant, f"greeting:{place.channel_id}", place, greeting(voice))
            return
        if viewer.actor.is_guest:
            await self.client.views_publish(user_id=user_id, view=closed_home(voice))
            return
        jobs, models = await self.jobs.recent(viewer), await self.models.recent(viewer)
        await self.client.views_publish(user_id=user_id, view=home(voice, jobs, models))

    async def joined(self, event: dict[str, Any], body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Greet a channel that has just invited us."""
        if event.get("user") != context.bot_user_id:
            return
        tenant, place = tenant_of_event(body), Place(str(event["channel"]))
        await self.outbox.put(tenant, f"greeting:{place.channel_id}", place, greeting(self.people.channel_voice))
