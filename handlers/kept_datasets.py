"""What we keep of people's files: listed, deleted on request, and asked about when a file is gone from Slack."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from slack_bolt.async_app import AsyncApp

from handlers.asker import Asker, Commands
from handlers.blocks import dataset_list as shown
from handlers.blocks.kit import Content
from handlers.envelopes import deleted_file_ids, tenant_of_event
from handlers.mrkdwn import escape
from handlers.outbox import Outbox
from handlers.people import People
from handlers.reports import Reports
from storage.deliveries import DeliveryStore
from storage.rows import JSON, Dataset, Place, Tenant
from tuning.access import require_change
from tuning.datasets.removal import Removal

_DELETE = frozenset({"delete", "删除"})


@dataclass(frozen=True, slots=True)
class KeptDatasets:
    """Datasets as their owners keep house with them."""

    reports: Reports
    removal: Removal
    outbox: Outbox
    deliveries: DeliveryStore
    people: People
    clock: Callable[[], datetime]

    def table(self) -> Commands:
        return Commands(
            typed={"datasets": self.typed},
            pressed={"datasets.list": self.list_all, "datasets.delete": self.ask},
            decided={"datasets.delete.yes": self.delete_now, "datasets.delete.no": self.keep},
        )

    def register(self, events: AsyncApp) -> None:
        events.event("file_deleted")(self.file_deleted)

    async def typed(self, asker: Asker, text: str) -> Content:
        """`datasets`, `datasets delete marv`, or `datasets marv` for the report on it."""
        first, _, rest = text.partition(" ")
        if first.lower() in _DELETE:
            return await self.ask(asker, rest.strip())
        return await self.report(asker, text) if text else await self.list_all(asker, "")

    async def list_all(self, asker: Asker, _: str) -> Content:
        """One's own datasets before those of others; each kind newest first."""
        visible = await self.reports.datasets.recent(asker.viewer)
        own_first = sorted(visible, key=lambda dataset: dataset.owner_id != asker.actor.user_id)
        newest = self.reports.datasets.newest_version
        rows = [(one, await newest(asker.tenant, one.id)) for one in own_first[: shown.MOST_ROWS]]
        own = [row for row in rows if row[0].owner_id == asker.actor.user_id]
        left = len(own_first) - len(rows)
        return shown.dataset_list(asker.voice, own, rows[len(own) :], left)

    async def report(self, asker: Asker, text: str) -> Content:
        return await self.reports.newest(asker.voice, asker.viewer, text)

    async def ask(self, asker: Asker, text: str) -> Content:
        """Says first what would go and what would stay."""
        if not text:
            return asker.told("shelf.which")
        return shown.removal_question(asker.voice, await self.removal.use(asker.viewer, text))

    async def delete_now(self, asker: Asker, dataset_id: str) -> Content:
        """What the question's first button does."""
        done = await self.removal.remove(asker.viewer, dataset_id)
        await self._withdraw(done.dataset)
        return shown.removed(asker.voice, done)

    async def keep(self, asker: Asker, dataset_id: str) -> Content:
        """What the other button does: nothing, which it says."""
        dataset = await self.reports.datasets.find(asker.viewer, dataset_id)
        require_change(asker.actor, dataset.owner_id, "delete")
        return asker.told("shelf.kept", name=escape(dataset.name))

    async def file_deleted(self, event: JSON, body: JSON) -> None:
        """Slack tells only the file's id, and nothing when its own retention policy removed the file.

        Source: https://docs.slack.dev/reference/events/file_deleted (read 2026-11).
        """
        await self._ask_owners(tenant_of_event(body), str(event["file_id"]))

    async def message_deleted(self, tenant: Tenant, event: JSON) -> None:
        """A message was deleted, and with it the files that hung on it."""
        for file_id in deleted_file_ids(event):
            await self._ask_owners(tenant, file_id)

    async def expire(self, before: datetime) -> None:
        """Delete what is older than the operator allows, and say so where its report stood."""
        for done in await self.removal.expire(before):
            await self._withdraw(done.dataset)

    async def _ask_owners(self, tenant: Tenant, file_id: str) -> None:
        for dataset in await self.removal.shared_as(tenant, file_id):
            voice = await self.people.voice(tenant, dataset.owner_id)
            question = shown.file_gone_question(voice, await self.removal.use_of(dataset))
            # Slack may tell of one deletion several times; the owner is asked once.
            await self.outbox.put_first(tenant, f"file-gone:{dataset.id}", Place(dataset.owner_id), question)

    async def _withdraw(self, dataset: Dataset) -> None:
        """Take the reports back, which quote from the dataset, in Slack and in our own record of what was sent."""
        for delivery in await self.deliveries.beginning_with(dataset.tenant, f"report:{dataset.id}:"):
            voice = await self.people.voice_in(dataset.tenant, delivery.place.channel_id, dataset.owner_id)
            content = shown.gone(voice, dataset, self.clock())
            await self.outbox.put(dataset.tenant, delivery.key, delivery.place, content)
