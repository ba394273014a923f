"""What is answered about leaving a provider or a model that ends."""

from collections.abc import Collection
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from handlers.asker import Asker, Commands
from handlers.blocks.kit import Content
from handlers.blocks.moves import AGAIN, BEGIN, DECLINE, SHOW, ways_out
from handlers.blocks.moving import moving_plan
from handlers.mrkdwn import escape
from handlers.permalinks import thread_link
from storage.rows import Move
from tuning.errors import ModelNotFound
from tuning.moving.moving import Moving


@dataclass(frozen=True, slots=True)
class MoveCommands:
    """The plan behind the first line of the list of models, and what each model's own button does."""

    moving: Moving
    client: AsyncWebClient
    providers: Collection[str]
    """The names of all that are set up."""

    def table(self) -> Commands:
        begins = {f"{BEGIN}.{name}": self.begin for name in self.providers}
        return Commands(
            typed={"move": self.show},
            pressed={"models.plan": self.plan, SHOW: self.show, **begins, AGAIN: self.again, DECLINE: self.decline},
        )

    async def plan(self, asker: Asker, _: str) -> Content:
        ways = self.moving.ways
        return moving_plan(asker.voice, await ways.plan(asker.viewer), ways.models.today())

    async def show(self, asker: Asker, text: str) -> Content:
        """Where one model can go; without a name, all that stop."""
        if not text:
            return await self.plan(asker, text)
        plan, begun = await self.moving.plan(asker.viewer, text)
        return ways_out(asker.voice, plan, begun, self.moving.models.today())

    async def begin(self, asker: Asker, value: str) -> Content:
        """`model provider base`, each without blanks."""
        model_id, provider, base_model = (*value.split(" ", 2), "", "")[:3]
        if not base_model:
            raise ModelNotFound(value)
        move = await self.moving.begin(asker.viewer, model_id, provider, base_model)
        return await self._told(asker, "moves.begun", move)

    async def again(self, asker: Asker, move_id: str) -> Content:
        return await self._told(asker, "moves.begun", await self.moving.again(asker.viewer, move_id))

    async def decline(self, asker: Asker, move_id: str) -> Content:
        return await self._told(asker, "moves.declined", await self.moving.decline(asker.viewer, move_id))

    async def _told(self, asker: Asker, key: str, move: Move) -> Content:
        model = await self.moving.models.store.get(move.tenant, move.model_id)
        name = escape(model.name if model else move.model_id)
        return asker.told(key, name=name, link=await thread_link(self.client, move.place))
