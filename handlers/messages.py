"""Where a message or mention goes: a file to its check, words to the command or the model they are meant for."""

from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext

from handlers.conversation import Conversation
from handlers.datasets import DatasetHandlers
from handlers.envelopes import is_from_a_person, tenant_of_event
from handlers.kept_datasets import KeptDatasets
from handlers.requests import mentions, without_mentions
from storage.rows import Tenant


@dataclass(frozen=True, slots=True)
class MessageHandlers:
    """One post in a channel that mentions us arrives as `message` and as `app_mention`, in any order.

    Files may come by either, since their check starts once whichever comes first; words only by the mention, so
    that they are answered once.
    """

    datasets: DatasetHandlers
    kept: KeptDatasets
    conversation: Conversation

    def register(self, events: AsyncApp) -> None:
        events.event("message")(self.message)
        events.event("app_mention")(self.mention)

    async def message(self, event: dict[str, Any], body: dict[str, Any], context: AsyncBoltContext) -> None:
        if not is_from_a_person(event):
            await self.kept.message_deleted(tenant_of_event(body), event)
            return
        tenant, text = tenant_of_event(body), str(event.get("text") or "")
        is_direct = event.get("channel_type") == "im"
        is_mention = mentions(text, context.bot_user_id or "")
        has_checked = await self._takes_files(tenant, event, is_addressed=is_direct or is_mention)
        if is_direct:
            await self._addressed(tenant, event, text, has_checked=has_checked)
        elif not is_mention and not has_checked:
            await self.conversation.overheard(tenant, event, text)

    async def mention(self, event: dict[str, Any], body: dict[str, Any], context: AsyncBoltContext) -> None:
        if not is_from_a_person(event):
            return
        tenant = tenant_of_event(body)
        has_checked = await self._takes_files(tenant, event, is_addressed=True)
        text = without_mentions(str(event.get("text") or ""), context.bot_user_id or "")
        await self._addressed(tenant, event, text, has_checked=has_checked)

    async def _addressed(self, tenant: Tenant, event: dict[str, Any], text: str, *, has_checked: bool) -> None:
        if has_checked:
            await self.conversation.beside_files(tenant, event, text)
        else:
            await self.conversation.addressed(tenant, event, text)

    async def _takes_files(self, tenant: Tenant, event: dict[str, Any], *, is_addressed: bool) -> bool:
        """Whether the message brought a file to check; a picture beside a question leaves it a question."""
        return bool(event.get("files")) and await self.datasets.shared(tenant, event, is_addressed=is_addressed)
