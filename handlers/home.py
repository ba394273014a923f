"""The App Home, and the first words: to a channel that we join, and to whoever opens a direct message with us."""

import asyncio
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks.greeting import greeting
from handlers.blocks.home import AtHome, closed_home, home
from handlers.envelopes import tenant_of_event
from handlers.open_homes import OpenHomes
from handlers.outbox import Outbox
from handlers.people import People
from storage.rows import JobStatus, Place, Tenant
from tuning.access import Viewer
from tuning.jobs.jobs import Jobs
from tuning.models import Models


@dataclass(frozen=True, slots=True)
class HomeHandlers:
    client: AsyncWebClient
    people: People
    outbox: Outbox
    jobs: Jobs
    models: Models
    open_homes: OpenHomes

    def register(self, events: AsyncApp) -> None:
        events.event("app_home_opened")(self.opened)
        events.event("member_joined_channel")(self.joined)

    async def opened(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        """Show the Home tab as it is now; the first look at the Messages tab is greeted once."""
        tenant, user_id = tenant_of_event(body), str(event["user"])
        if event.get("tab") == "messages":
            place = Place(str(event["channel"]))
            voice = await self.people.voice(tenant, user_id)
            await self.outbox.put(tenant, f"greeting:{place.channel_id}", place, greeting(voice))
        else:
            self.open_homes.looked(tenant, user_id)
            await self.publish(tenant, user_id)

    async def run(self, stop: asyncio.Event) -> None:
        """Keep the Homes up to date that somebody may have before them, until asked to stop."""
        await self.open_homes.refresh(self.publish, stop)

    async def joined(self, event: dict[str, Any], body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Greet a channel that has just invited us."""
        if event.get("user") != context.bot_user_id:
            return
        tenant, place = tenant_of_event(body), Place(str(event["channel"]))
        await self.outbox.put(tenant, f"greeting:{place.channel_id}", place, greeting(self.people.channel_voice))

    async def publish(self, tenant: Tenant, user_id: str) -> None:
        """Show somebody's Home as it is now."""
        voice, viewer = await self.people.voice(tenant, user_id), await self.people.viewer(tenant, user_id, "")
        view = closed_home(voice) if viewer.actor.is_guest else home(voice, await self._at_home(viewer))
        await self.client.views_publish(user_id=user_id, view=view)

    async def _at_home(self, viewer: Viewer) -> AtHome:
        approvals = self.jobs.approvals
        jobs, models = await self.jobs.recent(viewer), await self.models.recent(viewer)
        return AtHome(
            datasets=await self.jobs.datasets.own(viewer),
            running=[job for job in jobs if not (job.status.is_final or job.status is JobStatus.AWAITING_APPROVAL)],
            awaiting=await approvals.awaiting(viewer),
            may_decide=viewer.actor.is_admin,
            spent_usd=await approvals.spent_usd(viewer),
            cap_usd=approvals.policy.month_cap_usd,
            models=list(zip(models, await self.models.ends(models), strict=True)),
            closing=self.models.closing(),
            today=self.models.today(),
        )
